using VfioMigration.Integration.Tests.Guests;

namespace VfioMigration.Integration.Tests.DevVfio;

/// <summary>
/// A guest with two serial ports of mtty, ttyS1 and ttyS2, which are in loopback as every port of that driver. It sends what is typed on its console to ttyS1, counts by itself on ttyS2,
/// and prints on the console what comes back from either.
/// </summary>
internal sealed class MttyGuest
{
    private const string Init = """
        mount -t proc proc /proc; mount -t sysfs sysfs /sys
        exec 0<> /dev/ttyS0 1<> /dev/ttyS0
        stty raw -echo
        for function in /sys/bus/pci/devices/*; do
            echo "function $(cat $function/vendor $function/device | tr '\n' ' ')$(readlink $function/driver)"
        done
        cat /proc/tty/driver/serial
        exec 3<> /dev/ttyS1 4<> /dev/ttyS2
        stty raw -echo <&3; stty raw -echo <&4
        while read -r line <&3; do echo "$line"; done &
        while read -r line <&4; do echo "$line"; done &
        (tick=0; while true; do tick=$((tick + 1)); echo "tick $tick" >&4; sleep 0.2; done) &
        echo ready
        while read -r line; do echo "$line" >&3; done
        """;

    private readonly string kernel;
    private readonly string image;

    /// <param name="folder">Where its files may be.</param>
    internal MttyGuest(string folder)
    {
        // A copy, since a QEMU that has a root folder of its own does not see where the kernel is.
        kernel = Path.Combine(folder, "kernel");
        File.Copy(GuestKernel.Find().Image, kernel);
        image = Path.Combine(folder, "image");
        new Initramfs(Init).Write(image);
    }

    /// <summary>A command line.</summary>
    /// <param name="qemu">QEMU and the words before it.</param>
    /// <param name="more">Its devices, and whether it waits for a guest.</param>
    internal IReadOnlyList<string> Words(IReadOnlyList<string> qemu, params IEnumerable<string> more) => [.. GuestMachine.Words(kernel, image, qemu), .. more];

    /// <summary>Waits until the guest has booted, and looks for as many cards and ports as it is to have.</summary>
    internal static async Task Boot(QemuProcess guest, int cards)
    {
        await guest.Console.WaitForLine("^ready$");
        string[] lines = guest.Console.Text.ReplaceLineEndings("\n").Split('\n');
        Assert.Equal(cards, lines.Count(line => line == "function 0x4348 0x3253 ../../../bus/pci/drivers/serial"));
        Assert.Equal(2, lines.Count(line => line.StartsWith("1: uart:16550A ", StringComparison.Ordinal) || line.StartsWith("2: uart:16550A ", StringComparison.Ordinal)));
    }

    /// <summary>Waits until it has counted on.</summary>
    internal static async Task WaitForTicks(QemuProcess guest)
    {
        await guest.Console.WaitForLine("^tick ");
        await guest.Console.WaitForLine("^tick ");
    }

    /// <summary>What came back from each port, on one QEMU after the other, is all that was sent, once and in order.</summary>
    internal static void AssertNothingLostOrDoubled(TypedLines typed, IEnumerable<string> consoles)
    {
        string text = string.Concat(consoles).ReplaceLineEndings("\n");
        string[] lines = text[text.IndexOf("ready\n", StringComparison.Ordinal)..].Split('\n')[1..^1];
        ILookup<bool, string> all = lines.ToLookup(line => line.StartsWith("tick ", StringComparison.Ordinal));
        Assert.Equal(typed.Text, string.Concat(all[false].Select(line => line + '\n')));
        Assert.Equal(Enumerable.Range(1, all[true].Count()).Select(number => $"tick {number}"), all[true]);
    }
}
