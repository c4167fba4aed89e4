using System.Text;

using FsCheck;
using FsCheck.Fluent;

using VfioMigration.Vfio.Workloads;
using VfioMigration.Vmm.Wire;

namespace VfioMigration.Vmm.Tests.Wire;

public sealed class MigrationDescriptionFormatTests
{
    private static readonly MigrationDescription Full =
        new(Guid.NewGuid(), "a/x", "b", "y", "v1", "v2", 64, 2000, ulong.MaxValue, AccessPattern.Hotspot, "/run/a", true);

    [Fact]
    public void Description_ComesBack() => Assert.Equal(Full, MigrationDescriptionFormat.Read(MigrationDescriptionFormat.Write(Full)));

    [Fact]
    public void AnyText_ComesBack() =>
        Prop.ForAll<NonNull<string>, ulong>((text, seed) =>
        {
            MigrationDescription sent = Full with { TargetDevice = WellFormed(text.Get), Seed = seed, Origin = null };
            return MigrationDescriptionFormat.Read(MigrationDescriptionFormat.Write(sent)) == sent;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"source\":\"a\",\"target_host\":\"b\"}")]
    [InlineData("{\"source\":\"a\",\"target_host\":\"b\",\"target_device\":null}")]
    [InlineData("{\"source\":\"a\",\"target_host\":\"b\",\"target_device\":\"c\",\"memory_megabytes\":1e99}")]
    [InlineData("{\"source\":\"a\",\"target_host\":\"b\",\"target_device\":\"c\",\"id\":\"x\"}")]
    [InlineData("{\"source\":\"a\",\"target_host\":\"b\",\"target_device\":\"c\",\"pattern\":\"Sideways\"}")]
    public void WhatIsNoDescription_IsRefused(string text) =>
        Assert.Throws<StreamProblem>(() => MigrationDescriptionFormat.Read(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void AnyChangedByte_IsReadOrRefused() =>
        Prop.ForAll<ushort, byte>((at, value) =>
        {
            byte[] payload = MigrationDescriptionFormat.Write(Full);
            payload[at % payload.Length] = value;
            try
            {
                MigrationDescriptionFormat.Read(payload);
            }
            catch (StreamProblem)
            {
                // The only way to say no.
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    /// <summary>JSON carries no half of a surrogate pair.</summary>
    private static string WellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
