namespace VfioMigration.Vendors.Ap;

/// <summary>Adapters, usage domains and control domains; a queue is an adapter and a usage domain.</summary>
internal sealed record ApMatrix(ApMask Adapters, ApMask Domains, ApMask ControlDomains)
{
    internal static ApMatrix Empty { get; } = new(default, default, default);

    /// <summary>True when a queue is in both.</summary>
    internal bool Shares(ApMatrix other) => !(Adapters & other.Adapters).IsEmpty && !(Domains & other.Domains).IsEmpty;

    /// <summary>What <c>matrix</c> shows (vfio_ap_mdev_matrix_show): queues, or half of their names while only adapters or domains are assigned.</summary>
    internal string ToLines() => string.Concat((Adapters.IsEmpty, Domains.IsEmpty) switch
    {
        (false, false) => Adapters.Numbers.SelectMany(adapter => Domains.Numbers.Select(domain => $"{adapter:x2}.{domain:x4}\n")),
        (false, true) => Adapters.Numbers.Select(adapter => $"{adapter:x2}.\n"),
        _ => Domains.Numbers.Select(domain => $".{domain:x4}\n"),
    });

    internal string ControlDomainsToLines() => string.Concat(ControlDomains.Numbers.Select(domain => $"{domain:x4}\n"));
}
