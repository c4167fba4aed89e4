using System.Reflection;
using System.Text;

namespace VfioMigration.Control.Tests;

public sealed class ControlTableTests
{
    [Fact]
    public void Rows_AreAllThereIs()
    {
        ControlOperation[] declared = [.. typeof(ControlTable).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Select(property => property.GetValue(null)).OfType<ControlOperation>()];

        Assert.Equal(declared, ControlTable.Rows);
        Assert.Equal(ControlTable.Rows.Count, ControlTable.Rows.Select(row => row.Name).Distinct().Count());
        Assert.Equal(ControlTable.Rows.Count, ControlTable.Rows.Select(row => row.RequestType).Distinct().Count());
    }

    [Fact]
    public void EveryRow_HasASample() =>
        Assert.Equal(ControlTable.Rows, SampleRequests.All.Select(sample => sample.Operation).Distinct());

    [Fact]
    public void EveryRequest_IsTheLineThatIsDocumentedAndComesBack() => Assert.All(SampleRequests.All, sample =>
    {
        Assert.Equal(sample.Line + "\n", Encoding.UTF8.GetString(sample.Written));
        Assert.Equal((sample.Operation, sample.Request), ControlRequestFormat.Read(sample.Written.AsMemory(0, sample.Written.Length - 1), out string? problem));
        Assert.Null(problem);
    });

    [Fact]
    public void Rows_SayWhatIsAnsweredAndHowOften()
    {
        Assert.Equal(
            ["dmesg", "uevents", "migrate", "send-descriptors"],
            ControlTable.Rows.Where(row => row.Mode == AnswerMode.Stream).Select(row => row.Name));
        Assert.Equal(
            [typeof(string), typeof(Answers.UeventAnswer), typeof(Answers.DriverAnswer), typeof(Answers.NoAnswer), typeof(MigrationEvent)],
            ControlTable.Rows.Select(row => row.AnswerType).Distinct());
    }
}
