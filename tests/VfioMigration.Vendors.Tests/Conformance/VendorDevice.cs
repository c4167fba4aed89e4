using VfioMigration.Vfio;

namespace VfioMigration.Vendors.Tests.Conformance;

/// <summary>A device that every conformance test is run with: made by the driver's module on a host of its own.</summary>
/// <param name="Name">Of the row.</param>
/// <param name="Driver">The module that has the device's operations.</param>
/// <param name="Parent">Of a mediated device; null for a function that vfio_pci binds.</param>
/// <param name="Type">Of a mediated device; the name of the function otherwise.</param>
/// <param name="Options">Of the module, beside <c>migration</c>.</param>
internal sealed record VendorDevice(string Name, string Driver, string? Parent, string Type, params (string Name, string Value)[] Options)
{
    private static readonly VendorDevice[] Rows =
    [
        new("mtty-1", "mtty", "devices/virtual/mtty/mtty", "mtty-1"),
        new("mtty-2", "mtty", "devices/virtual/mtty/mtty", "mtty-2"),
        new("mdpy", "mdpy", "devices/virtual/mdpy/mdpy", "mdpy-vga"),
        new("mbochs", "mbochs", "devices/virtual/mbochs/mbochs", "mbochs-small"),
        new("i915", "i915", VendorHost.Graphics, "i915-GVTg_V5_8"),
        new("nvidia", "nvidia", VendorHost.Gpu, "nvidia-590"),
        new("vfio_ccw", "vfio_ccw", VendorHost.Subchannel, "vfio-ccw_IO"),
        new("i40evf", "i40evf", null, "0000:06:10.0"),
        new("wrapper_mdev", "i40evf", VendorHost.Network, "wrapper_mdev-154c"),
        new("nvme", "nvme", null, "0000:07:00.0", ("store_mb", "1")),
        new("qat", "qat", null, "0000:6b:00.1"),
        new("idxd", "idxd", VendorHost.Streaming, "dsa-1dwq"),
        new("hisi_acc_vfio_pci", "hisi_acc_vfio_pci", null, "0000:76:00.1"),
    ];

    internal static IReadOnlyList<VendorDevice> All => Rows;

    /// <summary>True for the kernel's samples, which a close leaves as they are.</summary>
    internal bool IsSample => Driver is "mtty" or "mdpy" or "mbochs";

    /// <summary>mtty has the format of the kernel's sample: only its header can be checked, with EFAULT.</summary>
    internal bool IsMtty => Driver == "mtty";

    /// <summary>Bytes of a stream before the common format begins.</summary>
    internal int MatchData => Driver == "hisi_acc_vfio_pci" ? 32 : 0;

    /// <summary>A wrapped function is the function.</summary>
    internal bool TakesTheStateOf(VendorDevice other) => this == other || (Driver == "i40evf" && other.Driver == "i40evf");

    internal static VendorDevice Named(string name) => Rows.Single(row => row.Name == name);

    internal VfioDevice Create(string migration, params IEnumerable<(string Name, string Value)> more) => On(Load(migration, more));

    /// <summary>A host with the driver.</summary>
    internal VendorHost Load(string migration, params IEnumerable<(string Name, string Value)> more)
    {
        (string, string)[] options = [("migration", migration), .. Options, .. more];
        return Parent is null ? VendorHost.LoadFunctions(Driver, options)
            : Name == "wrapper_mdev" ? VendorHost.LoadWrapper(options)
            : VendorHost.Load(Driver, options);
    }

    /// <summary>The device on such a host.</summary>
    internal VfioDevice On(VendorHost host)
    {
        if (Parent is null)
        {
            return host.Device(Type);
        }

        Assert.True(host.Create(Parent, Type).IsOk);
        return host.Device();
    }

    public override string ToString() => Name;
}
