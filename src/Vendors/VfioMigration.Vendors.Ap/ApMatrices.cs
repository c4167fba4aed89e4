using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Ap;

/// <summary>The matrices of all devices of a host: no queue is in two of them, and none of the host's own is in any.</summary>
internal sealed class ApMatrices(ApOptions options)
{
    private readonly Lock gate = new();
    private readonly List<ApDevice> devices = [];

    internal void Add(ApDevice device)
    {
        lock (gate)
        {
            devices.Add(device);
        }
    }

    internal void Remove(ApDevice device)
    {
        lock (gate)
        {
            devices.Remove(device);
        }
    }

    /// <summary>
    /// Changes a matrix. Where it grows: EADDRNOTAVAIL, a queue of it belongs to the host's drivers; EADDRINUSE, to another device.
    /// </summary>
    internal Errno Change(ApDevice device, Func<ApMatrix, ApMatrix> change)
    {
        lock (gate)
        {
            ApMatrix wanted = change(device.Matrix);
            if (wanted == device.Matrix)
            {
                return Errno.None;
            }

            if (Grows(device.Matrix, wanted))
            {
                if (wanted.Shares(options.Reserved))
                {
                    return Errno.EADDRNOTAVAIL;
                }

                if (devices.Any(other => other != device && other.Matrix.Shares(wanted)))
                {
                    return Errno.EADDRINUSE;
                }
            }

            device.Matrix = wanted;
            return Errno.None;
        }
    }

    /// <summary>What a guest gets of a matrix: what the machine has.</summary>
    internal ApMatrix Filter(ApMatrix matrix) => new(
        matrix.Adapters & options.Present.Adapters,
        matrix.Domains & options.Present.Domains,
        matrix.ControlDomains & options.Present.ControlDomains);

    private static bool Grows(ApMatrix from, ApMatrix to) =>
        (from.Adapters | to.Adapters) != from.Adapters || (from.Domains | to.Domains) != from.Domains;
}
