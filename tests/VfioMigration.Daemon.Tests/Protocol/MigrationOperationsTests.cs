using VfioMigration.Control;
using VfioMigration.Daemon.Protocol;
using VfioMigration.Daemon.Tests.Support;

namespace VfioMigration.Daemon.Tests.Protocol;

public sealed class MigrationOperationsTests
{
    /// <summary>A suspended client must not keep a guest stopped: the migration does not wait for it.</summary>
    [Fact]
    public async Task ClientThatDoesNotRead_DoesNotHoldTheMigrationUp()
    {
        var ran = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var lab = new ServedLab(
            _ =>
            {
                var handlers = new ControlHandlers();
                handlers.Bind(ControlTable.Migrate, (_, reply) => MigrationOperations.Follow(reply, (observer, _) =>
                {
                    for (int i = 0; i < 100_000; i++)
                    {
                        observer(new MigrationEvent(MigrationEventNames.Progress, i, Message: new string('x', 100)));
                    }

                    observer(new MigrationEvent(MigrationEventNames.Done, 1));
                    ran.SetResult();
                    return (true, null);
                }));
                return handlers;
            },
            "a");
        using TestClient client = lab.Connect();
        await client.Send("""{"op":"migrate","host":"a","device":"d","target":"b/d"}""" + "\n");

        await ran.Task.WaitAsync(Background.Patience);

        string[] lines = await client.ReadToEnd();
        Assert.Equal(["""{"event":"done","seconds":1}""", ".ok"], lines[^2..]);
    }

    [Fact]
    public async Task ClientThatDisconnects_CancelsTheMigration()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var lab = new ServedLab(
            _ =>
            {
                var handlers = new ControlHandlers();
                handlers.Bind(ControlTable.Migrate, (_, reply) => MigrationOperations.Follow(reply, (observer, gone) =>
                {
                    observer(new MigrationEvent(MigrationEventNames.Phase, 0, MigrationPhaseNames.Check));
                    gone.WaitHandle.WaitOne();
                    cancelled.SetResult();
                    return (false, "cancelled");
                }));
                return handlers;
            },
            "a");
        using (TestClient client = lab.Connect())
        {
            await client.Send("""{"op":"migrate","host":"a","device":"d","target":"b/d"}""" + "\n");
            Assert.Equal("""{"event":"phase","seconds":0,"phase":"check"}""", await client.ReadLine());
        }

        await cancelled.Task.WaitAsync(Background.Patience);
    }
}
