using System.Threading.Channels;

using VfioMigration.Uapi;

namespace VfioMigration.Sysfs;

/// <summary>Numbers the host's uevents and hands them to readers in that order. A reader that falls behind loses the oldest.</summary>
public sealed class UeventStream
{
    private const int ReaderBacklog = 4096;

    private readonly Lock gate = new();
    private readonly List<ChannelWriter<Uevent>> readers = [];
    private long seqNum;

    /// <summary>The number of the newest uevent (<c>/sys/kernel/uevent_seqnum</c>).</summary>
    public long SeqNum => Interlocked.Read(ref seqNum);

    /// <summary>ENOMEM when the variables do not fit into a message.</summary>
    internal Errno Send(UeventAction action, string devPath, string subsystem, UeventEnvironment environment)
    {
        if (environment.Error != Errno.None)
        {
            return environment.Error;
        }

        string word = Word(action);
        IReadOnlyList<string> variables =
            [$"ACTION={word}", $"DEVPATH={devPath}", $"SUBSYSTEM={subsystem}", .. environment.Variables];
        lock (gate)
        {
            string number = $"SEQNUM={seqNum + 1}";
            int bytes = variables.Append(number).Sum(variable => System.Text.Encoding.UTF8.GetByteCount(variable) + 1);
            if (variables.Count + 1 > UeventEnvironment.MostVariables || bytes > UeventEnvironment.MostBytes)
            {
                return Errno.ENOMEM;
            }

            var uevent = new Uevent(word, devPath, variables, ++seqNum);
            readers.ForEach(reader => reader.TryWrite(uevent));
        }

        return Errno.None;
    }

    /// <summary>Everything sent from now on, until disposed.</summary>
    public Subscription<Uevent> Subscribe()
    {
        var channel = Channel.CreateBounded<Uevent>(
            new BoundedChannelOptions(ReaderBacklog) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (gate)
        {
            readers.Add(channel.Writer);
        }

        return new Subscription<Uevent>(channel, writer =>
        {
            lock (gate)
            {
                readers.Remove(writer);
            }
        });
    }

    /// <summary>The word that stands in ACTION.</summary>
    internal static string Word(UeventAction action) => action switch
    {
        UeventAction.Add => "add",
        UeventAction.Remove => "remove",
        UeventAction.Change => "change",
        UeventAction.Move => "move",
        UeventAction.Online => "online",
        UeventAction.Offline => "offline",
        UeventAction.Bind => "bind",
        _ => "unbind",
    };
}
