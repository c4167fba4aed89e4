namespace VfioMigration.Integration.Tests.Guests;

/// <summary>Numbered lines that are typed into a guest which sends them back, each when the one before has come back.</summary>
/// <param name="portName">Where they are typed and come back.</param>
internal sealed class TypedLines(string portName)
{
    /// <summary>Of a line with its end: less than the trigger level of the guest's receive FIFO, so that QEMU takes it from the socket at once.</summary>
    private const int Length = 7;

    /// <summary>The number of the next line that was not typed yet. All before were.</summary>
    internal int Next { get; private set; } = 1;

    internal static string Line(int number) => $"{number.ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(Length - 1, '0')}\n";

    /// <summary>All that were typed.</summary>
    internal string Text => string.Concat(Enumerable.Range(1, Next - 1).Select(Line));

    /// <summary>Types so many lines and waits for each.</summary>
    internal async Task Type(QemuProcess guest, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await TypeOne(guest, CancellationToken.None);
        }
    }

    /// <summary>
    /// Types until it is stopped. One line has not come back then. What it is made of is in the guest, or will be when QEMU has polled its sockets: a line that is left in the socket stays on the source,
    /// as with every VMM.
    /// </summary>
    internal async Task TypeUntil(QemuProcess guest, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await TypeOne(guest, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            for (int turn = 0; turn < 3; turn++)
            {
                await guest.Execute("query-status", cancellation: CancellationToken.None);
            }
        }
    }

    /// <summary>Migrates while it types, up to the moment at which the guest stops on the source.</summary>
    internal async Task<GuestMigrationOutcome> TypeDuring(QemuProcess source, QemuProcess target, long? maxBandwidth = null)
    {
        using var stop = new CancellationTokenSource();
        Task typing = TypeUntil(source, stop.Token);
        return await GuestMigration.Complete(source, target, maxBandwidth: maxBandwidth, atSwitchover: async () =>
        {
            await stop.CancelAsync();
            await typing;
        });
    }

    private async Task TypeOne(QemuProcess guest, CancellationToken stop)
    {
        string line = Line(Next++);
        await guest.Port(portName).Send(line, CancellationToken.None);
        await guest.Port(portName).WaitForLine(echo => echo == line.TrimEnd(), stop);
    }
}
