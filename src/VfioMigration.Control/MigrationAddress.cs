namespace VfioMigration.Control;

/// <summary>
/// Where a device is: <c>HOST/DEVICE</c> among the running hosts of this machine, <c>unix:PATH/HOST/DEVICE</c> or <c>tcp:NAME:PORT/HOST/DEVICE</c>.
/// </summary>
/// <param name="Endpoint">Null for this machine.</param>
/// <param name="Host">The host.</param>
/// <param name="Device">The name of its VFIO device: a UUID or a PCI address.</param>
public sealed record MigrationAddress(MigrationEndpoint? Endpoint, string Host, string Device)
{
    /// <summary>Null with an error message for what is no address.</summary>
    public static MigrationAddress? Parse(string text, out string? problem)
    {
        problem = null;
        string[] parts = text.Split('/');
        if (parts is [.., { Length: > 0 } host, { Length: > 0 } device])
        {
            bool isHere = parts.Length == 2 && !host.Contains(':');
            MigrationEndpoint? endpoint = isHere ? null : MigrationEndpoint.Parse(string.Join('/', parts.Length == 2 ? parts[..1] : parts[..^2]), out problem);
            if (isHere || (endpoint is not null && parts.Length > 2))
            {
                return new MigrationAddress(endpoint, host, device);
            }
        }

        problem = $"'{text}': {problem ?? "a device is HOST/DEVICE, unix:PATH/HOST/DEVICE or tcp:NAME:PORT/HOST/DEVICE"}";
        return null;
    }

    public override string ToString() => Endpoint is null ? $"{Host}/{Device}" : $"{Endpoint.Text}/{Host}/{Device}";
}
