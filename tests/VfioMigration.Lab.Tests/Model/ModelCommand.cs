using VfioMigration.Lab.Guests;
using VfioMigration.Uapi;

namespace VfioMigration.Lab.Tests.Model;

/// <summary>A command of the model.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Deadline">From <see cref="CommandDeadlines"/>; null when it waits for the users of the device.</param>
/// <param name="Answers">Every errno it may answer.</param>
/// <param name="Run">On a host, with a random number.</param>
internal sealed record ModelCommand(string Name, TimeSpan? Deadline, Errno[] Answers, Func<ModelHost, Random, Errno> Run)
{
    internal static IReadOnlyList<ModelCommand> All { get; } =
    [
        new("start", ModelNetwork.Deadlines.Start, [Errno.None, Errno.ENODEV, Errno.EBUSY], static (host, random) => host.Start((ulong)random.NextInt64())),
        new("stop", ModelNetwork.Deadlines.Stop, [Errno.None, Errno.ENODEV], static (host, _) => host.Stop()),
        new("pause", ModelNetwork.Deadlines.Pause, [Errno.None, Errno.ENODEV, Errno.EBUSY], static (host, _) => host.Pause()),
        new("resume", ModelNetwork.Deadlines.Resume, [Errno.None, Errno.ENODEV, Errno.EBUSY], static (host, _) => host.Resume()),
        new("verify", ModelNetwork.Deadlines.Verify, [Errno.None, Errno.ENODEV, Errno.EBUSY], static (host, _) => host.Verify()),
        new(
            "migrate",
            ModelNetwork.Deadlines.Migrate,
            [Errno.None, Errno.ENODEV, Errno.EBUSY, Errno.EPROTO, Errno.ENODATA],
            static (host, random) => host.Migrate(1 + random.Next(3))),
        new("remove", null, [Errno.None, Errno.ENODEV, Errno.ENOENT, Errno.EAGAIN], static (host, _) => host.Remove()),
        new("create", ModelNetwork.Deadlines.Start, [Errno.None, Errno.ENODEV, Errno.ENOENT, Errno.EEXIST], static (host, _) => host.Create()),
        new("unload", ModelNetwork.Deadlines.Unload, [Errno.None, Errno.ENOENT, Errno.EAGAIN, Errno.EBUSY], static (host, _) => host.Unload()),
        new("load", ModelNetwork.Deadlines.Unload, [Errno.None, Errno.EEXIST, Errno.EBUSY], static (host, _) => host.Load()),
        new("kill", CommandDeadlines.Grace, [Errno.None], static (host, _) =>
        {
            host.Network.Kill();
            return Errno.None;
        }),
    ];

    /// <summary>What users do often comes often.</summary>
    internal static ModelCommand Next(Random random)
    {
        const string Frequent = "start start stop stop pause resume verify migrate migrate migrate remove create kill kill";
        const string Seldom = "unload load";
        string[] names = (random.Next(30) == 0 ? Seldom : Frequent).Split(' ');
        string name = names[random.Next(names.Length)];
        return All.Single(command => command.Name == name);
    }

    public override string ToString() => Name;
}
