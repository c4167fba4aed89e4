using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Judging;

/// <summary>A type or device as user space has it: a directory of files, in whatever tree.</summary>
public interface INodeFiles
{
    /// <summary>For people: the path.</summary>
    string Name { get; }

    /// <summary>The type's directory, or the one that the device's <c>mdev_type</c> leads to; null for a device without one.</summary>
    string? TypeName { get; }

    /// <summary>True for a type.</summary>
    bool IsType { get; }

    /// <summary>Names that its driver gives to errnos; none where the tree does not tell them.</summary>
    DriverErrnos Errnos { get; }

    bool Exists(string file);

    /// <summary>Everything in a file, without one newline at its end; the errno of open(2) or read(2).</summary>
    Result<string> Read(string file);

    /// <summary>Writes a text and a newline in one write(2), as echo does; its errno.</summary>
    Errno Write(string file, string text);

    /// <summary>Writes a text and reads the answer from the same open file (R26).</summary>
    Result<string> Ask(string file, string text);

    /// <summary>Names of the files in a directory below the node, in no order; empty when there is none.</summary>
    IReadOnlyList<string> List(string directory);
}
