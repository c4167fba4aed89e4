using System.CommandLine;

namespace VfioMigration.Cli;

/// <summary>An argument that names a device of a running host: <c>HOST/DEVICE</c>.</summary>
internal static class DeviceArgument
{
    internal static Argument<string> Create(string name, string description) => new(name) { Description = description };

    /// <summary>Null, with a message, for what is no such name.</summary>
    internal static (string Host, string Device)? Parse(string text)
    {
        if (text.Split('/') is [{ Length: > 0 } host, { Length: > 0 } device])
        {
            return (host, device);
        }

        CommonOptions.Fail($"'{text}' is not HOST/DEVICE");
        return null;
    }
}
