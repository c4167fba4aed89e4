
namespace VfioMigration.Control;

/// <summary>
/// Where a device is: <c>HOST/DEVICE</c> among the running hosts of this machine, <c>unix:PATH/HOST/DEVICE</c> or <c>tcp:NAME:PORT/HOST/DEVICE</c>.
/// </summary>
/// <param name="Endpoint"><c>unix:PATH</c> or <c>tcp:NAME:PORT</c>; null for this machine.</param>
/// <param name="Host">The host.</param>
/// <param name="Device">The name of its VFIO device: a UUID or a PCI address.</param>
public sealed record MigrationAddress(string? Endpoint, string Host, string Device)
{
    /// <summary>Null with a sentence for what is no address.</summary>
    public static MigrationAddress? Parse(string text, out string? problem)
    {
        string[] parts = text.Split('/');
        string endpoint = string.Join('/', parts.SkipLast(2));
        problem = null;
        if (parts.Length >= 2
            && parts[^1].Length > 0
            && parts[^2].Length > 0
            && (endpoint.Length == 0 ? parts.Length == 2 : MigrationEndpoint.Parse(endpoint, out problem) is not null))
        {
            return new MigrationAddress(endpoint.Length == 0 ? null : endpoint, parts[^2], parts[^1]);
        }

        problem ??= "a device is HOST/DEVICE, unix:PATH/HOST/DEVICE or tcp:NAME:PORT/HOST/DEVICE";
        problem = $"'{text}': {problem}";
        return null;
    }

    public override string ToString() => Endpoint is null ? $"{Host}/{Device}" : $"{Endpoint}/{Host}/{Device}";
}
