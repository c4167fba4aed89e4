using System.Text;
using System.Threading.Channels;

using VfioMigration.Uapi;

namespace VfioMigration.Sysfs;

/// <summary>
/// Numbers the host's uevents and hands them on in that order: to listeners at once, to readers when they read. A reader that falls behind loses the oldest.
/// </summary>
public sealed class UeventStream
{
    private const int ReaderBacklog = 4096;

    /// <summary>ACTION, DEVPATH, SUBSYSTEM and SEQNUM.</summary>
    private const int VariablesOfStream = 4;

    private readonly Lock gate = new();
    private readonly List<ChannelWriter<Uevent>> readers = [];
    private readonly List<Action<Uevent>> listeners = [];
    private long seqNum;

    /// <summary>The number of the newest uevent (<c>/sys/kernel/uevent_seqnum</c>).</summary>
    public long SeqNum => Interlocked.Read(ref seqNum);

    /// <summary>ENOMEM when the variables do not fit into a message. The message is formatted only when there is a reader.</summary>
    internal Errno Send(UeventAction action, Kobject sender, string subsystem, UeventEnvironment environment)
    {
        if (environment.Error != Errno.None)
        {
            return environment.Error;
        }

        string word = Word(action);
        int bytes = LengthOf("ACTION", Encoding.UTF8.GetByteCount(word))
            + LengthOf("DEVPATH", sender.DevPathLength)
            + LengthOf("SUBSYSTEM", Encoding.UTF8.GetByteCount(subsystem))
            + environment.Bytes;
        lock (gate)
        {
            int count = environment.Variables.Count + VariablesOfStream;
            if (count > UeventEnvironment.MaxVariables || bytes + LengthOf("SEQNUM", DigitsOf(seqNum + 1)) > UeventEnvironment.MaxBytes)
            {
                return Errno.ENOMEM;
            }

            seqNum++;
            if (readers.Count + listeners.Count > 0)
            {
                string devPath = sender.DevPath;
                var uevent = new Uevent(word, devPath, [$"ACTION={word}", $"DEVPATH={devPath}", $"SUBSYSTEM={subsystem}", .. environment.Variables], seqNum);
                readers.ForEach(reader => reader.TryWrite(uevent));
                listeners.ForEach(listener => listener(uevent));
            }
        }

        return Errno.None;
    }

    /// <summary>Of <c>KEY=VALUE</c> with the NUL behind it.</summary>
    private static int LengthOf(string key, int valueLength) => key.Length + 1 + valueLength + 1;

    private static int DigitsOf(long number)
    {
        int digits = 1;
        for (; number >= 10; number /= 10)
        {
            digits++;
        }

        return digits;
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

    /// <summary>
    /// Calls <paramref name="listener"/> with everything sent from now on, in order, before the change that sent it returns to its caller; until disposed. It is called
    /// under the stream's lock: it must neither wait nor come back here.
    /// </summary>
    public IDisposable Listen(Action<Uevent> listener)
    {
        lock (gate)
        {
            listeners.Add(listener);
        }

        return new Listening(this, listener);
    }

    private sealed class Listening(UeventStream stream, Action<Uevent> listener) : IDisposable
    {
        public void Dispose()
        {
            lock (stream.gate)
            {
                stream.listeners.Remove(listener);
            }
        }
    }

    /// <summary>The value of ACTION.</summary>
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
