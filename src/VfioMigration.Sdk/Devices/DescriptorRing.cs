namespace VfioMigration.Sdk.Devices;

/// <summary>A ring of descriptors in guest memory: the guest moves its tail, the device its head.</summary>
/// <param name="registers">Of the device.</param>
/// <param name="control">The register whose bit 0 enables the ring.</param>
/// <param name="baseLow">The register of the lower half of its address; the upper half follows.</param>
/// <param name="length">The register of its length, in descriptors.</param>
/// <param name="head">The register of the next descriptor to take.</param>
/// <param name="tail">The register of the first descriptor that the guest has not filled.</param>
/// <param name="size">Bytes of a descriptor.</param>
public sealed class DescriptorRing(uint[] registers, int control, int baseLow, int length, int head, int tail, int size)
{
    private const uint MaxLength = 4096;

    /// <summary>Where the descriptor at the head is.</summary>
    public ulong Next => (registers[baseLow] | ((ulong)registers[baseLow + 1] << 32)) + (registers[head] * (ulong)size);

    /// <summary>True when it is enabled and there is something between head and tail: at most a ring full, however wrong the registers are.</summary>
    public bool IsReady => (registers[control] & 1) != 0 && IsSet && registers[tail] < registers[length] && !IsEmpty;

    /// <summary>True when it has a length, and its head lies inside.</summary>
    public bool IsSet => registers[length] is not 0 and <= MaxLength && registers[head] < registers[length];

    /// <summary>True when nothing lies between head and tail.</summary>
    public bool IsEmpty => registers[head] == registers[tail];

    /// <summary>The descriptor at the head was taken.</summary>
    public void Advance() => registers[head] = (registers[head] + 1) % registers[length];
}
