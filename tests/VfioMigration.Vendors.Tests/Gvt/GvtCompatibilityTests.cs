using System.Text;

using FsCheck;
using FsCheck.Fluent;

using VfioMigration.Compatibility;
using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Tests.Gvt;

/// <summary>docs/proposals.md, what the example driver did; R17 and R41.</summary>
public class GvtCompatibilityTests
{
    private static readonly (string, string)[] Relaxed = [("policy", "relaxed"), ("aggregation", "true"), ("software_version", "2")];

    /// <summary>A half of a GPU, however it is cut, and what is none.</summary>
    [Theory]
    [InlineData("GVTg_V5_2", "GVTg_V5_2-00000002", true)]
    [InlineData("GVTg_V5_2", "GVTg_V5_4-00000002,aggregate=2", true)]
    [InlineData("GVTg_V5_2", "GVTg_V5_8-00000002,aggregate=4", true)]
    [InlineData("GVTg_V5_4", "GVTg_V5_8-00000001,aggregate=2", true)]
    [InlineData("GVTg_V5_1", "GVTg_V5_2-00000002,aggregate=2", true)]
    [InlineData("GVTg_V5_1", "GVTg_V5_4-00000002,aggregate=4", true)]
    [InlineData("GVTg_V5_1", "GVTg_V5_8-00000002,aggregate=8", true)]
    [InlineData("GVTg_V5_2", "GVTg_V5_4-00000002", false)]
    [InlineData("GVTg_V5_2", "GVTg_V5_4-00000002,aggregate=3", false)]
    [InlineData("GVTg_V5_1", "GVTg_V5_2-00000002", false)]
    [InlineData("GVTg_V5_2", "GVTg_V5_1-00000002", false)]
    public void Judge_ByTheRelaxedPolicy_ComparesShares(string type, string source, bool accepted)
    {
        Verdict verdict = VendorHost.Judge(VendorHost.Load("i915", Relaxed).TypeCompatibility(type), "8086-193b-" + source);

        Assert.Equal(accepted, verdict.IsAccepted);
        Assert.Equal(accepted ? "relaxed-policy" : "vgpu-type", verdict.Rule);
        Assert.StartsWith("i915: ", verdict.Reason, StringComparison.Ordinal);
    }

    /// <summary>What the driver would not write is no string of its.</summary>
    [Theory]
    [InlineData("8086-591d-GVTg_V5_4-00000002,aggregate=1")]
    [InlineData("8086-591d-GVTg_V5_4-00000002,aggregate=02")]
    [InlineData("8086-591d-GVTg_V5_4-00000002,aggregate=")]
    [InlineData("8086-591d-GVTg_V5_4-00000002,aggregate=-2")]
    [InlineData("8086-591d-GVTg_V5_4-00000002,aggregate=99999999999")]
    [InlineData("8086-591d-GVTg_V5_4-00000002,aggregate=2,aggregate=2")]
    [InlineData("8086-591d-GVTg_V5_4-00000002,index=2")]
    [InlineData("8086-591D-GVTg_V5_4-00000002")]
    [InlineData("8086-591d-GVTg_V5_4-0000000A")]
    [InlineData("8086-591d-GVTg\u00ffV5_4-00000002")]
    [InlineData(" 8086-591d-GVTg_V5_4-0000002")]
    public void Judge_OfAnotherSpelling_IsFormat(string source) =>
        Assert.Equal("format", VendorHost.Judge(VendorHost.Load("i915", Relaxed).TypeCompatibility("GVTg_V5_4"), source).Rule);

    [Fact]
    public void Judge_OfAnyShareAndVersion_AcceptsOwnSpellingsOnly()
    {
        IMigrationCompatibility judge = VendorHost.Load("i915", Relaxed).TypeCompatibility("GVTg_V5_2");

        Prop.ForAll(Gen.Elements(1, 2, 4, 8).SelectMany(cut => Gen.Choose(1, 9).SelectMany(count => Gen.Choose(0, 4).Select(software => (cut, count, software)))).ToArbitrary(), source =>
        {
            string text = $"8086-191b-GVTg_V5_{source.cut}-{source.software:x8}{(source.count == 1 ? "" : $",aggregate={source.count}")}";
            return VendorHost.Judge(judge, text).IsAccepted == (source.count * 2 == source.cut && source.software <= 2);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Alternatives_OfTheRelaxedPolicy_AreAllAccepted()
    {
        IMigrationCompatibility judge = VendorHost.Load("i915", Relaxed).TypeCompatibility("GVTg_V5_2");
        IReadOnlyList<DeviceDescription> alternatives = judge.GetAlternatives();

        Assert.Equal("8086-591d-GVTg_V5_2-00000002", judge.Spell(alternatives[0]));
        Assert.Equal(45, alternatives.Select(judge.Spell).Distinct().Count());
        Assert.All(alternatives, one => Assert.True(VendorHost.Judge(judge, judge.Spell(one)).IsAccepted, judge.Spell(one)));
    }

    /// <summary>Strict is equality of strings: the same share cut otherwise is another device, and its only alternative is itself.</summary>
    [Fact]
    public void Judge_ByTheStrictPolicy_TakesItsOwnStringOnly()
    {
        IMigrationCompatibility judge = VendorHost.Load("i915", ("aggregation", "true")).TypeCompatibility("GVTg_V5_2");
        Verdict verdict = VendorHost.Judge(judge, "8086-591d-GVTg_V5_4-00000001,aggregate=2");

        Assert.Equal((Errno.EINVAL, "vgpu-type"), (verdict.Errno, verdict.Rule));
        Assert.Equal(["8086-591d-GVTg_V5_2-00000001"], verdict.Alternatives);
        Assert.Equal("aggregate", VendorHost.Judge(judge, "8086-591d-GVTg_V5_2-00000001,aggregate=2").Rule);
    }

    /// <summary>As posted: the software version was undefined, so every access failed.</summary>
    [Fact]
    public void Everything_WithoutASoftwareVersion_IsENODEV()
    {
        IMigrationCompatibility judge = VendorHost.Load("i915", ("software_version", "undefined")).TypeCompatibility("GVTg_V5_2");
        Verdict verdict = VendorHost.Judge(judge, "8086-591d-GVTg_V5_2-00000001");

        Assert.Equal((Errno.ENODEV, Errno.ENODEV), (judge.GetVersion().Error, judge.Describe().Error));
        Assert.Equal((Errno.ENODEV, "i915: this driver has no migration software version"), (verdict.Errno, verdict.Reason));
        Assert.Empty(judge.GetAlternatives());
    }

    [Theory]
    [InlineData("strict")]
    [InlineData("relaxed")]
    public void Judge_OfTheLargestSoftwareVersion_AcceptsItself(string policy)
    {
        IMigrationCompatibility judge = VendorHost.Load("i915", ("policy", policy), ("software_version", $"{int.MaxValue}")).TypeCompatibility("GVTg_V5_2");

        Assert.Equal("8086-591d-GVTg_V5_2-7fffffff", judge.GetVersion().Value);
        Assert.True(VendorHost.Judge(judge, judge.GetVersion().Value).IsAccepted);
    }

    [Fact]
    public void Judge_OfNoise_IsARefusalWithTheVendor()
    {
        IMigrationCompatibility judge = VendorHost.Load("i915", Relaxed).TypeCompatibility("GVTg_V5_2");
        byte[] own = Encoding.ASCII.GetBytes("8086-591d-GVTg_V5_4-00000002,aggregate=2");

        Prop.ForAll<byte, byte>((place, value) =>
        {
            byte[] text = [.. own];
            text[place % own.Length] = value;
            Verdict verdict = judge.Judge(text);
            return verdict.Reason.StartsWith("i915: ", StringComparison.Ordinal) && verdict.IsAccepted == (verdict.Errno == Errno.None);
        }).QuickCheckThrowOnFailure();
    }
}
