namespace VfioMigration.Integration.Tests.Compatibility;

/// <summary>R4.</summary>
public sealed class LintCommandTests
{
    [Fact]
    public void Lint_OfSoundDrivers_FindsNothing()
    {
        using CompatibilityLab lab = CompatibilityLab.Relaxed();
        lab.Shell($$"""
            number=1
            for type in a/class/mdev_bus/{0000:00:02.0,mtty,mdpy,0.0.0313}/mdev_supported_types/{i915-GVTg_V5_8,mtty-1,mdpy-vga,vfio-ccw_IO}; do
              [ -d $type ] || continue; echo 0000000$number-509f-382f-3c1e-e6bfe0fa1001 > $type/create; number=$((number + 1))
            done
            echo 00000009-509f-382f-3c1e-e6bfe0fa1001,aggregate=3 > a/{{CompatibilityLab.Graphics}}/i915-GVTg_V5_8/create
            """);

        Assert.Equal((0, "", "vfiomig: 5 devices, 0 contradictions\n"), lab.Vfiomig("lint"));
        Assert.Equal((0, "", "vfiomig: 5 devices, 0 contradictions\n"), lab.Vfiomig("lint --hosts a --attribute migration_version"));
    }

    /// <summary>A device whose driver tells its type something else, refuses itself, or shows nothing.</summary>
    [Fact]
    public void Lint_OfADriverThatContradictsItself_SaysHow()
    {
        using CompatibilityLab lab = CompatibilityLab.Faulty();
        lab.Shell("""
            for kind in 0a000001 0a000002 0a000003 0b000000; do
              echo $kind-509f-382f-3c1e-e6bfe0fa1001 > f/class/mdev_bus/faulty/mdev_supported_types/faulty-1/create
            done
            """.Replace("f/class", Directory.Exists(Path.Combine(lab.Mount, "f")) ? "f/class" : "class", StringComparison.Ordinal));
        (int status, string output, string errors) = lab.Vfiomig("lint");

        Assert.Equal((1, "vfiomig: 4 devices, 6 contradictions\n"), (status, errors));
        Assert.Equal(
            [
                "0a000001 the device reads 'faulty-2', the type 'faulty-1' [strings]",
                "0a000001 the device refuses its type's string with ENOTUNIQ [type-to-device]",
                "0a000001 the type refuses its device's string with ENOTUNIQ [device-to-type]",
                "0a000002 the device refuses its own string with ENOTUNIQ [reflexive]",
                "0a000002 the device refuses its type's string with ENOTUNIQ [type-to-device]",
                "0a000003 reading the device gives ENODEV, the type 'faulty-1' [read]",
            ],
            output.TrimEnd('\n').Split('\n').Select(line => $"{line[(line.IndexOf('/') + 1)..][..8]} {line[(line.IndexOf("faulty-1: ", StringComparison.Ordinal) + 10)..]}"));
    }
}
