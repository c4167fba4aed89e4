using VfioMigration.Control.Answers;

namespace VfioMigration.Control.Tests;

public sealed class ControlLinesTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a line", "a line")]
    [InlineData(".ok", "..ok")]
    [InlineData("..", "...")]
    [InlineData("one\n.ok", "one\n..ok")]
    public void Text_CannotBeTakenForAnEnd(string text, string line)
    {
        Assert.Equal(line, ControlTable.Hosts.WriteAnswer(text));
        Assert.Equal(text.Split('\n'), line.Split('\n').Select(ControlTable.Hosts.ReadAnswer));
    }

    [Theory]
    [InlineData(null, ".ok")]
    [InlineData("no host 'x'", ".error no host 'x'")]
    [InlineData("two\nlines", ".error two lines")]
    public void End_IsOneLine(string? problem, string line) => Assert.Equal(line, ControlLines.End(problem));

    [Fact]
    public void Records_AreLinesOfJson()
    {
        var driver = new DriverAnswer("mtty", true);
        string line = ControlTable.ListDrivers.WriteAnswer(driver);

        Assert.Equal("""{"name":"mtty","loaded":true}""", line);
        Assert.Equal(driver, ControlTable.ListDrivers.ReadAnswer(line));
    }

    [Fact]
    public void Uevent_ComesBack()
    {
        var uevent = new UeventAnswer("add@/devices/x", ["ACTION=add", "NAME=two\nlines"], 7);
        string line = ControlTable.Uevents.WriteAnswer(uevent);
        UeventAnswer read = ControlTable.Uevents.ReadAnswer(line);

        Assert.DoesNotContain('\n', line);
        Assert.Equal((uevent.Header, uevent.SequenceNumber), (read.Header, read.SequenceNumber));
        Assert.Equal(uevent.Variables, read.Variables);
    }

    /// <summary>What other programs read from <c>migrate --json</c>.</summary>
    [Fact]
    public void MigrationEvents_KeepTheirFields()
    {
        var full = new MigrationEvent(MigrationEventNames.Round, 1.5, MigrationPhaseNames.PreCopy, 2, 3, 4, 5, 6, 7, 8.5, 9.5, "text");

        Assert.Equal(
            """{"event":"round","seconds":1.5,"phase":"pre-copy","round":2,"pages":3,"dirty_pages":4,"bytes":5,"round_bytes":6,"total_bytes":7,"bytes_per_second":8.5,"downtime_seconds":9.5,"message":"text"}""",
            ControlTable.Migrate.WriteAnswer(full));
        Assert.Equal("""{"event":"done","seconds":0}""", ControlTable.Migrate.WriteAnswer(new MigrationEvent(MigrationEventNames.Done, 0)));
        Assert.Equal(full, ControlTable.Migrate.ReadAnswer(ControlTable.Migrate.WriteAnswer(full)));
    }
}
