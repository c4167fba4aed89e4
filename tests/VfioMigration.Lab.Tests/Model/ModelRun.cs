using System.Collections.Concurrent;

using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vmm.Guests;

namespace VfioMigration.Lab.Tests.Model;

/// <summary>One interleaving: some users give commands at once, then everything comes to rest and is taken down.</summary>
internal sealed class ModelRun(ModelNetwork network, int seed)
{
    private const int Users = 3;
    private const int CommandsEach = 5;
    private const int UnloadEvery = 10;

    private readonly ConcurrentQueue<string> history = [];
    private readonly ConcurrentQueue<Task> removals = [];

    private ModelHost[] Hosts => [network.First, network.Second];

    /// <summary>Throws with the seed and what was done when anything is not as it must be.</summary>
    internal async Task Run()
    {
        var random = new Random(seed);
        try
        {
            foreach (ModelHost host in Hosts)
            {
                host.Load();
                Assert.Contains(host.Create(), (Errno[])[Errno.None, Errno.EEXIST]);
            }

            Assert.Equal(Errno.None, network.First.Start((ulong)seed));
            int[] salts = [.. Enumerable.Range(0, Users).Select(_ => random.Next())];
            await Task.WhenAll(salts.Select(salt => Background.Run(() => Use(new Random(salt)))));
            await network.Rest();
            CheckAtRest();
            await TakeDown();
        }
        catch (Exception problem)
        {
            throw new InvalidOperationException($"seed {seed}: {problem.Message}; {string.Join(", ", history)}", problem);
        }
    }

    private void Use(Random random)
    {
        for (int i = 0; i < CommandsEach; i++)
        {
            ModelCommand command = ModelCommand.Next(random);
            ModelHost host = Hosts[random.Next(2)];
            int salt = random.Next();
            Task answer = Background.Run(() => Give(host, command, new Random(salt)));
            if (command.Deadline is { } deadline)
            {
                Assert.True(answer.Wait(deadline), $"{host.Name} {command} did not answer within {deadline}");
            }
            else
            {
                // It may wait for a guest that another user stops, or nobody before the end.
                removals.Enqueue(answer);
            }

            network.Look();
        }
    }

    private void Give(ModelHost host, ModelCommand command, Random random)
    {
        history.Enqueue($"{host.Name} {command}");
        Errno error = command.Run(host, random);
        history.Enqueue($"{host.Name} {command}: {error}");
        Assert.True(command.Answers.Contains(error), $"{host.Name} {command} answers {error}");
    }

    /// <summary>Every command but removals has answered, and every target has served its connections.</summary>
    private void CheckAtRest()
    {
        Assert.Null(network.Violation);
        foreach (ModelHost host in Hosts)
        {
            VfioDevice? device = host.Lab.Vfio.Find(ModelHost.Device);
            Assert.Equal(host.Guest is not null, device?.IsOpen ?? false);
        }

        Guest[] guests = [.. Hosts.Select(static host => host.Guest).OfType<Guest>()];
        ulong[] owned = [.. guests.Where(static guest => guest.Status != GuestStatus.HandedOver).Select(static guest => guest.Options.Workload.Seed)];
        Assert.Equal(owned.Length, owned.Distinct().Count());
        Assert.DoesNotContain(guests, static guest => guest.Status is GuestStatus.Incoming or GuestStatus.Failed);
    }

    private async Task TakeDown()
    {
        foreach (ModelHost host in Hosts)
        {
            Assert.Contains(await Background.Run(host.Stop).WaitAsync(ModelNetwork.Deadlines.Stop), (Errno[])[Errno.None, Errno.ENODEV]);
        }

        // No device is in use any more: from here on a removal has its deadline.
        await Task.WhenAll(removals).WaitAsync(ModelNetwork.Deadlines.Remove);
        foreach (ModelHost host in Hosts)
        {
            Assert.Contains(await Background.Run(host.Remove).WaitAsync(ModelNetwork.Deadlines.Remove), (Errno[])[Errno.None, Errno.ENOENT]);
            Assert.Null(host.Lab.Vfio.Find(ModelHost.Device));
            if (seed % UnloadEvery == 0)
            {
                Assert.Contains(await Background.Run(host.Unload).WaitAsync(ModelNetwork.Deadlines.Unload), (Errno[])[Errno.None, Errno.ENOENT]);
            }
        }
    }
}
