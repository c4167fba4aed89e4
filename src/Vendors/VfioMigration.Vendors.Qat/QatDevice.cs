using VfioMigration.Buses.Pci;
using VfioMigration.Compatibility;
using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Sdk.Devices;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration.Streams;

namespace VfioMigration.Vendors.Qat;

/// <summary>A virtual function with a set of algorithms.</summary>
internal sealed class QatDevice : AcceleratorDevice
{
    private readonly QatOptions options;
    private volatile AlgorithmSet algorithms;

    internal QatDevice(PciDevice function, Device node, QatOptions options)
        : base(function.Config, node, options.SoftwareVersion)
    {
        this.options = options;
        Ids = function.Ids;
        algorithms = options.Algorithms;
        Compatibility = QatCompatibility.Of(this);
        AddMigration(this, options.Migration);
    }

    public override string StateDescription => $"qat {Ids}";

    internal PciIds Ids { get; }

    internal SoftwareVersion Software => options.SoftwareVersion;

    internal AlgorithmSet Algorithms => algorithms;

    internal RuleBasedCompatibility Compatibility { get; }

    /// <summary>EBUSY while the function is in use.</summary>
    internal Errno Configure(AlgorithmSet wanted)
    {
        if (IsOpen)
        {
            return Errno.EBUSY;
        }

        algorithms = wanted;
        return Errno.None;
    }

    protected override void SaveConfiguration(StateWriter writer) => QatSavedState.Write(writer, algorithms);

    /// <summary>Judged by the rules of the version string, so that neither accepts what the other refuses.</summary>
    protected override bool TakesConfiguration(ref StateReader reader)
    {
        if (QatSavedState.Read(ref reader) is not { } source)
        {
            return false;
        }

        Verdict verdict = Compatibility.Judge(QatCompatibility.Describe(this, source));
        if (!verdict.IsAccepted)
        {
            Report($"migration: state refused: {verdict.Reason}");
        }

        return verdict.IsAccepted;
    }
}
