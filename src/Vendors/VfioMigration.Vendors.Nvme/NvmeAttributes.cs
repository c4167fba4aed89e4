using VfioMigration.Sdk.Functions;
using VfioMigration.Sysfs;

namespace VfioMigration.Vendors.Nvme;

/// <summary>The files of a function while it is bound: <c>remote_url</c> (R42; proposed 2020, not merged).</summary>
internal static class NvmeAttributes
{
    /// <summary>EINVAL: too long, or not printable ASCII. An empty line restores the local store.</summary>
    internal static readonly IReadOnlyList<AttributeGroup> Groups =
        [FunctionConfiguration.Group<NvmeDevice, RemoteUrl>("remote_url", static device => device.RemoteUrl.Text, RemoteUrl.Parse, static (device, url) => device.Configure(url))];
}
