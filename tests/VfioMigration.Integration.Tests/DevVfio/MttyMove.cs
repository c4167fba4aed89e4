using VfioMigration.Integration.Tests.Guests;

namespace VfioMigration.Integration.Tests.DevVfio;

/// <summary>A guest that is typed to while it is moved from one QEMU to another on the same host, from cards of mtty to others.</summary>
/// <param name="host">Where all run.</param>
/// <param name="types">A type of mtty for each of the guest's cards, which have two ports together.</param>
/// <param name="qemu">QEMU and the words before it, for cards with these paths in /sys.</param>
/// <param name="devices">What QEMU is told of those cards.</param>
internal sealed class MttyMove(VfioHost host, string[] types, Func<string[], IReadOnlyList<string>> qemu, Func<string[], IEnumerable<string>> devices)
{
    private const int TypedBetween = 10;

    private readonly MttyGuest guest = new(host.Folder);
    private readonly TypedLines typed = new("ttyS0");
    private readonly List<string> consoles = [];
    private readonly List<string> printed = [];

    /// <summary>Moves a guest and checks that nothing was lost or doubled; what each QEMU printed, one after the other.</summary>
    /// <param name="count">How often.</param>
    internal async Task<IReadOnlyList<string>> Run(int count = 1)
    {
        (QemuProcess current, string[] cards) = await Start();
        try
        {
            await MttyGuest.Boot(current, types.Length);
            await typed.Type(current, TypedBetween);
            for (int move = 0; move < count; move++)
            {
                (current, cards) = await Move(current, cards);
                await typed.Type(current, TypedBetween);
                await MttyGuest.WaitForTicks(current);
            }

            await End(current, cards);
        }
        finally
        {
            await current.DisposeAsync();
        }

        int during = typed.Next - 1 - ((count + 1) * TypedBetween);
        Assert.True(during > count, $"{during} lines while it moved {count} times");
        MttyGuest.AssertNothingLostOrDoubled(typed, consoles);
        return printed;
    }

    private async Task<(QemuProcess Guest, string[] Cards)> Move(QemuProcess source, string[] cards)
    {
        (QemuProcess target, string[] newCards) = await Start("-incoming", "defer");
        try
        {
            await typed.TypeDuring(source, target);
            await End(source, cards);
        }
        catch
        {
            await target.DisposeAsync();
            throw;
        }

        await source.DisposeAsync();
        return (target, newCards);
    }

    private async Task<(QemuProcess Guest, string[] Cards)> Start(params string[] more)
    {
        string[] cards = [.. types.Select(host.Create)];
        return (await host.Start(guest.Words(qemu(cards), [.. devices(cards), .. more])), cards);
    }

    /// <summary>Nothing of an ended QEMU holds its cards.</summary>
    private async Task End(QemuProcess ended, string[] cards)
    {
        Assert.Equal(0, await ended.Quit());
        consoles.Add(ended.Console.Text);
        printed.Add(ended.Errors);
        foreach (string card in cards)
        {
            host.Bash($"echo 1 > {card}/remove");
        }
    }
}
