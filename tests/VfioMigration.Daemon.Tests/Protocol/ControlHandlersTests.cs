using VfioMigration.Control;
using VfioMigration.Control.Answers;
using VfioMigration.Control.Requests;
using VfioMigration.Daemon.Migration;
using VfioMigration.Daemon.Protocol;
using VfioMigration.Daemon.Tests.Support;
using VfioMigration.Lab;

namespace VfioMigration.Daemon.Tests.Protocol;

public sealed class ControlHandlersTests
{
    private static readonly Func<LoadDriverRequest, string?> Nothing = static _ => null;

    [Fact]
    public void EveryRow_HasItsHandlerAndNothingElseHas()
    {
        IEnumerable<ControlOperation> bound = [];
        using var lab = new ServedLab(
            handlers =>
            {
                bound = handlers.Bound;
                return handlers;
            },
            "a");

        Assert.Equal(ControlTable.Rows.OrderBy(row => row.Name), bound.OrderBy(row => row.Name));
    }

    [Fact]
    public void SecondHandlerOfARow_IsABug()
    {
        var handlers = new ControlHandlers();
        handlers.Bind(ControlTable.LoadDriver, Nothing);

        Assert.Throws<ArgumentException>(() => handlers.Bind(ControlTable.LoadDriver, Nothing));
    }

    /// <summary>A row outside the table cannot be made, so a handler without a row cannot be bound.</summary>
    [Fact]
    public void Rows_AreMadeByTheTableOnly() =>
        Assert.Empty(typeof(ControlOperation<LoadDriverRequest, NoAnswer>).GetConstructors());
}
