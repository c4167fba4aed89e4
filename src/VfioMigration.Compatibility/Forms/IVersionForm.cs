using VfioMigration.Compatibility.Descriptions;

namespace VfioMigration.Compatibility.Forms;

/// <summary>How a vendor spells a description as one string, and reads one back.</summary>
public interface IVersionForm
{
    /// <summary>What a string has to look like, for messages: <c>a string of the form VENDOR-DEVICE-TYPE-VERSION</c>.</summary>
    string Expectation { get; }

    /// <summary>Printable ASCII without a newline, at most <see cref="MigrationVersionString.MaxLength"/> bytes.</summary>
    string Write(DeviceDescription description);

    /// <summary>
    /// The device that a string describes; null for anything that <see cref="Write"/> would not write for some device of the vendor. May be fed
    /// with anything (R20).
    /// </summary>
    /// <param name="text">Without a newline at its end.</param>
    /// <param name="like">The local device, for names and kinds of fields.</param>
    DeviceDescription? Read(ReadOnlySpan<byte> text, DeviceDescription like);
}
