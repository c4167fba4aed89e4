using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vfio.Tests.Support;

/// <summary>Keeps what is written.</summary>
internal sealed class CollectingResumingStream : ResumingStream
{
    /// <summary>One entry per write.</summary>
    internal List<byte[]> Written { get; } = [];

    /// <summary>Asked before every write; an errno refuses it.</summary>
    internal Func<Errno> BeforeWrite { get; set; } = static () => Errno.None;

    public override Errno Write(ReadOnlySpan<byte> source)
    {
        Errno error = BeforeWrite();
        if (error == Errno.None)
        {
            Written.Add(source.ToArray());
        }

        return error;
    }
}
