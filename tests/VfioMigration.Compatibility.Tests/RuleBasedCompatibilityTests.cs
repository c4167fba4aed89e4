using System.Text;

using FsCheck;
using FsCheck.Fluent;

using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Forms;
using VfioMigration.Compatibility.Rules;
using VfioMigration.Compatibility.Tests.Support;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Tests;

public class RuleBasedCompatibilityTests
{
    private Result<DeviceDescription> now = Cards.Describe();
    private int described;

    [Fact]
    public void GetVersion_OfADescription_IsItsSpelling() => Assert.Equal(Cards.Form.Write(now.Value), Create().GetVersion().Value);

    [Fact]
    public void GetVersion_AfterAChange_IsSpelledAnew()
    {
        RuleBasedCompatibility card = Create();
        string before = card.GetVersion().Value;
        now = Cards.Describe(instances: 2);

        Assert.NotEqual(before, card.GetVersion().Value);
        Assert.Equal("2", card.Describe().Value[FieldNames.Aggregator]);
    }

    [Fact]
    public void Judge_OfTheSameStringAfterAChange_IsJudgedAnew()
    {
        RuleBasedCompatibility card = Create();
        byte[] half = Encoding.ASCII.GetBytes(Cards.Form.Write(Cards.Describe("Card_2")));
        Assert.False(card.Judge(half).IsAccepted);
        Assert.False(card.Judge(half).IsAccepted);
        now = Cards.Describe(instances: 2);

        Assert.True(card.Judge(half).IsAccepted);
        now = Cards.Describe(instances: 3);
        Assert.False(card.Judge(half).IsAccepted);
    }

    [Fact]
    public void Judge_OfTheSameStringTwice_ReadsItOnce()
    {
        var form = new CountingForm();
        var card = new RuleBasedCompatibility(Cards.Vendor, form, Cards.Rules, () => now);
        byte[] older = Encoding.ASCII.GetBytes(Cards.Form.Write(Cards.Describe(version: "1.1")));

        Assert.Same(card.Judge(older), card.Judge(older));
        Assert.Equal(1, form.Reads);
        card.Judge("other"u8);
        card.Judge(older);
        Assert.Equal(3, form.Reads);
    }

    [Theory]
    [InlineData(Errno.ENODEV)]
    [InlineData(Errno.EOPNOTSUPP)]
    public void EverythingOfAnUnsupportedDevice_IsItsErrno(Errno errno)
    {
        now = errno;
        RuleBasedCompatibility card = Create();

        Assert.Equal(errno, card.GetVersion().Error);
        Assert.Equal(errno, card.Describe().Error);
        Assert.Equal((errno, "unsupported", "acme: no software"), Parts(card.Judge("x"u8)));
        Assert.Equal((errno, "unsupported", "acme: no software"), Parts(card.Judge(Cards.Describe())));
        Assert.Empty(card.GetAlternatives());
        Assert.Empty(card.Judge("x"u8).Alternatives);
    }

    [Fact]
    public void Judge_OfADeviceThatBecameSupported_Accepts()
    {
        now = Errno.ENODEV;
        RuleBasedCompatibility card = Create();
        Assert.False(card.GetVersion().IsOk);
        now = Cards.Describe();

        Assert.True(Judge(card, card.GetVersion().Value).IsAccepted);
        Assert.True(described > 0);
    }

    [Theory]
    [InlineData("acme-device_api=vfio-ccw,pci_id=1af4-0001,mdev_type=Card_4,software_version=1.2,aggregator=1,features=aes,serial=7", "api")]
    [InlineData("acme-device_api=vfio-pci,pci_id=8086-0001,mdev_type=Card_4,software_version=9.2,aggregator=1,features=aes,serial=7", "hardware")]
    [InlineData("acme-device_api=vfio-pci,pci_id=1af4-0002,mdev_type=Card_8,software_version=1.3,aggregator=1,features=md5,serial=7", "software-version")]
    [InlineData("acme-device_api=vfio-pci,pci_id=1af4-0002,mdev_type=Card_8,software_version=1.0,aggregator=1,features=md5,serial=7", "share")]
    [InlineData("acme-device_api=vfio-pci,pci_id=1af4-0002,mdev_type=Card_8,software_version=1.0,aggregator=2,features=md5,serial=7", "features")]
    [InlineData("acme-device_api=vfio-pci,pci_id=1af4-0002,mdev_type=Card_8,software_version=1.0,aggregator=2,features=,serial=8", "rules")]
    [InlineData("other-1", "format")]
    [InlineData("", "format")]
    public void Judge_ByTheRules_TheFirstObjectionDecides(string remote, string rule)
    {
        Verdict verdict = Judge(Create(), remote);

        Assert.Equal(rule, verdict.Rule);
        Assert.Equal(rule == "rules" ? Errno.None : Errno.EINVAL, verdict.Errno);
    }

    [Fact]
    public void Judge_OfAnotherVendorsDescription_Refuses() => Assert.Equal(
        (Errno.EINVAL, "vendor", "acme: the source is a device of other, not of acme"),
        Parts(Create().Judge(new DeviceDescription("other", Cards.Describe().Fields))));

    [Fact]
    public void Judge_OfAStringOrItsDescription_IsTheSame()
    {
        RuleBasedCompatibility card = Create();
        DeviceDescription[] sources = [Cards.Describe("Card_8", 2), Cards.Describe(version: "2.0"), Cards.Describe(features: "sha"), Cards.Describe()];

        Assert.All(sources, source => Assert.Equal(Parts(card.Judge(source)), Parts(Judge(card, card.Spell(source)))));
    }

    [Fact]
    public void Judge_OfTheOwnStringBeforeANulOrANewline_Accepts()
    {
        string own = Create().GetVersion().Value;

        Assert.All((string[])[own, own + "\n", own + "\0junk", own + "\n\0"], remote => Assert.True(Judge(Create(), remote).IsAccepted));
        Assert.False(Judge(Create(), own + "\n\n").IsAccepted);
    }

    [Fact]
    public void Judge_Exactly_RefusesAnotherSpellingOfWhatItWouldAccept()
    {
        var exact = new RuleBasedCompatibility(Cards.Vendor, Cards.Form, Cards.Rules, () => now) { IsExact = true };
        string own = exact.GetVersion().Value;
        Verdict verdict = Judge(exact, Cards.Form.Write(Cards.Describe(version: "1.1")));

        Assert.Equal((Errno.EINVAL, "format", "acme: the string is not in the canonical form of this driver"), Parts(verdict));
        Assert.Equal([own], verdict.Alternatives);
        Assert.True(Judge(exact, own + "\n").IsAccepted);
        Assert.Equal("share", Judge(exact, Cards.Form.Write(Cards.Describe("Card_1"))).Rule);
    }

    /// <summary>A device whose own description breaks a rule is a driver's mistake that must be seen.</summary>
    [Fact]
    public void Judge_OfAnOwnStringThatBreaksARule_Refuses()
    {
        now = Cards.Describe(version: "one");

        Assert.Equal("software-version", Judge(Create(), Create().GetVersion().Value).Rule);
    }

    [Fact]
    public void Accepted_WhenGiven_IsTheAnswer()
    {
        var plausible = Verdict.Plausible("subchannel", "acme: perhaps");
        var card = new RuleBasedCompatibility(Cards.Vendor, Cards.Form, Cards.Rules, () => now) { Accepted = plausible };

        Assert.Same(plausible, Judge(card, card.GetVersion().Value));
        Assert.Same(plausible, card.Judge(Cards.Describe(version: "1.0")));
    }

    [Fact]
    public void Alternatives_OfARefusal_AreAcceptedStringsTheOwnFirst()
    {
        RuleBasedCompatibility card = Create();
        IReadOnlyList<string> alternatives = Judge(card, "noise").Alternatives;

        Assert.Equal(card.GetVersion().Value, alternatives[0]);
        Assert.Equal(alternatives.Distinct().Count(), alternatives.Count);
        Assert.All(alternatives, one => Assert.True(Judge(card, one).IsAccepted, one));
        Assert.Equal(alternatives, card.GetAlternatives().Select(card.Spell));
    }

    [Fact]
    public void Alternatives_InOrder_VaryTheLastRuleFirst()
    {
        IEnumerable<string> shown = Create().GetAlternatives().Take(6)
            .Select(one => $"{one[FieldNames.SoftwareVersion]} {one[FieldNames.MdevType]}x{one[FieldNames.Aggregator]} {one[Cards.Features]}");

        Assert.Equal(["1.2 Card_4x1 aes", "1.2 Card_4x1 ", "1.2 Card_8x2 aes", "1.2 Card_8x2 ", "1.1 Card_4x1 aes", "1.1 Card_4x1 "], shown);
    }

    [Fact]
    public void Alternatives_OfManyRules_AreAtMostSixtyFour()
    {
        now = Cards.Describe("Card_2", version: "1.100", features: "a,b,c,d");

        Assert.Equal(64, Create().GetAlternatives().Count);
    }

    /// <summary>Interfaces list the values of a field; each that fits alone must be in one of the alternatives.</summary>
    [Fact]
    public void Alternatives_WhenNotAllFit_HaveEveryValueOfEveryRule()
    {
        now = Cards.Describe("Card_2", version: "1.100", features: "a,b,c,d");
        RuleBasedCompatibility card = Create();
        IReadOnlyList<DeviceDescription> found = card.GetAlternatives();

        Assert.Equal(card.GetVersion().Value, card.Spell(found[0]));
        Assert.Equal(64, found.Select(card.Spell).Distinct().Count());
        Assert.All(found, one => Assert.True(card.Judge(one).IsAccepted, one.ToString()));
        Assert.All(card.Rules, rule => Assert.All(rule.Alternatives(now.Value), choice =>
            Assert.Contains(found, one => choice.All(field => one[field.Key] is null || one[field.Key] == field.Value))));
    }

    [Fact]
    public void Alternatives_OfARuleWithMoreThanTheLimit_AreTheLimit()
    {
        var wide = new RuleBasedCompatibility(
            Cards.Vendor, Cards.Form, [new OneOfRule("id", FieldNames.PciId, _ => [.. Enumerable.Range(0, 100).Select(i => $"{i}")]), new VersionRule()], () => now);

        Assert.Equal(64, wide.GetAlternatives().Count);
        Assert.Equal("1af4-0001", wide.GetAlternatives()[0][FieldNames.PciId]);
    }

    [Fact]
    public void Reason_OfAnyRefusal_BeginsWithTheVendor() =>
        Prop.ForAll(Noise.Around(Create().GetVersion().Value), remote =>
            Create().Judge(remote).Reason.StartsWith("acme: ", StringComparison.Ordinal)).QuickCheckThrowOnFailure();

    private RuleBasedCompatibility Create() => new(Cards.Vendor, Cards.Form, Cards.Rules, Describe) { UnsupportedReason = "no software" };

    private Result<DeviceDescription> Describe()
    {
        described++;
        return now;
    }

    private static Verdict Judge(RuleBasedCompatibility card, string remote) => card.Judge(Encoding.Latin1.GetBytes(remote));

    private static (Errno Errno, string Rule, string Reason) Parts(Verdict verdict) => (verdict.Errno, verdict.Rule, verdict.Reason);

    private sealed class CountingForm : IVersionForm
    {
        internal int Reads { get; private set; }

        internal int Writes { get; private set; }

        public string Expectation => Cards.Form.Expectation;

        public string Write(DeviceDescription description)
        {
            Writes++;
            return Cards.Form.Write(description);
        }

        public DeviceDescription? Read(ReadOnlySpan<byte> text, DeviceDescription like)
        {
            Reads++;
            return Cards.Form.Read(text, like);
        }
    }

    /// <summary>A refusal costs no list, which may be long and is seldom read.</summary>
    [Fact]
    public void Refusal_SpellsNothingUntilItsAlternativesAreRead()
    {
        var form = new CountingForm();
        var card = new RuleBasedCompatibility(Cards.Vendor, form, Cards.Rules, () => Card);
        card.GetVersion();
        int before = form.Writes;

        Verdict refused = card.Judge("nonsense"u8);

        Assert.Equal(before, form.Writes);
        Assert.True(refused.Alternatives.Count > 1);
        Assert.Equal(refused.Alternatives.Count, refused.Alternatives.Distinct().Count());
        Assert.True(form.Writes > before);
    }

    private static readonly DeviceDescription Card = Cards.Describe();
}
