using System.Text;
using VfioMigration.Buses.Pci;
using VfioMigration.Lab;
using VfioMigration.Lab.Configuration;
using VfioMigration.Lab.Drivers;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;
using VfioMigration.Vfio;

namespace VfioMigration.Conformance;

/// <summary>A host with nothing but the driver, and one device of each of its types.</summary>
internal sealed class Laboratory
{
    private int created;

    internal Laboratory(DriverUnderTest driver)
    {
        var problems = new List<string>();
        Host = new Host(
            new HostOptions(
                "conformance",
                driver.Pci,
                driver.Subchannels,
                [.. driver.LoadAfter.Select(static after => new DriverOptions(after.Name, after.Options, Load: false, after.Name))],
                ["migration_version", "vfio_migration", "self_compatible", "migration_directories", "interface_version"]),

            // Drivers of the program stand beside it only where a test asks for some.
            new DriverCatalogue(null, driver.LoadAfter.Count > 0 ? problems : []),
            TimeProvider.System);
        problems.AddRange(Host.Boot());
        VendorModule? module = null;
        var options = new VendorOptions(driver.Options);
        Host.Modules.MakeAvailable(
            driver.Name,
            () => module = driver.Create(new VendorContext(driver.Name, Host.Core, Host.Mdev, Host.Pci, Host.Css, Host.Vfio, options)));
        foreach (string name in driver.LoadAfter.Select(static after => after.Name).Prepend(driver.Name))
        {
            if (Host.LoadModule(name) is { Error: not Errno.None } failed)
            {
                problems.Add(failed.Problem!);
            }
        }

        problems.AddRange(options.Problems);
        Module = module ?? throw new InvalidOperationException(string.Join("; ", problems));
        Problems = problems;
    }

    internal Host Host { get; }

    internal VendorModule Module { get; }

    /// <summary>Why the driver did not load; empty when it did.</summary>
    internal IReadOnlyList<string> Problems { get; }

    internal IReadOnlyList<MdevType> Types => [.. Host.Mdev.Parents.SelectMany(static parent => parent.Types)];

    /// <summary>A device of a type; null when it does not fit.</summary>
    internal MdevDevice? Create(MdevType type, string parameters = "")
    {
        string uuid = $"{++created:x8}-1111-4222-8333-444455556666";
        return Write(type, "create", parameters.Length == 0 ? uuid : $"{uuid},{parameters}") == Errno.None
            ? type.MdevParent.Devices.First(device => device.Name == uuid)
            : null;
    }

    /// <summary>Every type, one device of each, and every bound function, as far as they have compatibility.</summary>
    internal IReadOnlyList<Specimen> Collect()
    {
        var specimens = new List<Specimen>();
        foreach (MdevType type in Types)
        {
            Add(type, null, Module.CompatibilityOf(type));
            if (Create(type) is { } device)
            {
                Add(device, type, Module.CompatibilityOf(device));
            }
        }

        foreach (PciDevice function in Host.Pci.Devices.OfType<PciDevice>().Where(IsOurs))
        {
            Add(function, null, Module.CompatibilityOf(function));
        }

        return specimens;

        void Add(Kobject node, Kobject? type, Compatibility.IMigrationCompatibility? judge)
        {
            if (judge is not null)
            {
                specimens.Add(new Specimen(node, type, judge));
            }
        }
    }

    /// <summary>Writes a file as echo does; ENOENT when there is none.</summary>
    internal Errno Write(Kobject node, string file, string value) =>
        Host.Core.Tree.Root.FindPath($"{node.DevPath[1..]}/{file}") is KernfsFile found
            ? KernfsAccess.Echo(Host.Core.Tree.Root, found, Encoding.UTF8.GetBytes(value + "\n")).Error
            : Errno.ENOENT;

    private bool IsOurs(PciDevice function) =>
        function.IsBound && (function.Driver?.Module.Code == Module || (function.DriverData as VfioPciDevice)?.Vendor == Module);
}
