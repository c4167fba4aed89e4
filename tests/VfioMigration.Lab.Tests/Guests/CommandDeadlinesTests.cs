using VfioMigration.Lab.Guests;
using VfioMigration.Sysfs.Guards;

namespace VfioMigration.Lab.Tests.Guests;

/// <summary>The table of <c>docs/migration.md</c>.</summary>
public class CommandDeadlinesTests
{
    [Fact]
    public void Deadlines_WithTheDefaultLimits_AreThoseOfTheTable() => Assert.Equal([80, 10, 65, 20, 140, 220, 35, 35], Seconds(VendorTimeouts.Default));

    [Theory]
    [InlineData("probe", new[] { 1, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData("remove", new[] { 1, 0, 0, 0, 1, 0, 1, 1 })]
    [InlineData("step", new[] { 0, 0, 2, 0, 3, 3, 0, 0 })]
    [InlineData("stream", new[] { 0, 0, 0, 0, 1, 1, 0, 0 })]
    [InlineData("reset", new[] { 1, 0, 0, 0, 2, 1, 0, 0 })]
    [InlineData("workload", new[] { 2, 1, 0, 2, 1, 0, 0, 0 })]
    [InlineData("shadow_contents", new[] { 0, 0, 0, 1, 0, 0, 0, 0 })]
    public void Deadlines_WithAConfiguredLimit_CountItAsOftenAsItIsWaitedFor(string row, int[] times)
    {
        var configured = VendorTimeouts.With(new Dictionary<string, TimeSpan> { [row] = Default(row) + TimeSpan.FromSeconds(100) });

        Assert.Equal(times, Seconds(configured).Zip(Seconds(VendorTimeouts.Default), static (longer, usual) => (longer - usual) / 100));
    }

    private static TimeSpan Default(string row) => TimeSpan.FromSeconds(row is "probe" or "remove" or "step" or "stream" ? 30 : 5);

    private static int[] Seconds(VendorTimeouts limits)
    {
        var deadlines = new CommandDeadlines(limits);
        TimeSpan[] all = [deadlines.Start, deadlines.Pause, deadlines.Resume, deadlines.Verify, deadlines.Stop, deadlines.Migrate, deadlines.Remove, deadlines.Unload];
        return [.. all.Select(static deadline => (int)deadline.TotalSeconds)];
    }
}
