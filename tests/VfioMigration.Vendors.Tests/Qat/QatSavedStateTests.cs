using VfioMigration.Uapi;
using VfioMigration.Vendors.Tests.Conformance;
using VfioMigration.Vfio;

namespace VfioMigration.Vendors.Tests.Qat;

/// <summary>The stream is judged by the rules of the string.</summary>
public class QatSavedStateTests
{
    private const string Name = "0000:6b:00.1";

    [Theory]
    [InlineData("aes-cbc", "aes-cbc,sha256", null)]
    [InlineData("aes-cbc", "aes-cbc", null)]
    [InlineData("", "aes-cbc", null)]
    [InlineData("aes-cbc,sha256", "aes-cbc", "sha256")]
    [InlineData("zuc", "", "zuc")]
    public void State_OfASet_NeedsAllOfIt(string source, string target, string? missing)
    {
        VfioDevice old = VendorHost.LoadFunctions("qat", ("algorithms", source)).Device(Name);
        VendorHost host = VendorHost.LoadFunctions("qat", ("algorithms", target));

        Assert.Equal(missing is null ? Errno.None : Errno.EINVAL, host.Device(Name).TryLoad(old.Save()));
        Assert.Equal(missing is not null, host.Tree.LogTexts().Any(line =>
            line.EndsWith($"migration: state refused: qat: this device lacks the source's algorithms {missing}", StringComparison.Ordinal)));
    }
}
