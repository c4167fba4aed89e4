using VfioMigration.Integration.Tests.Support;
using Xunit.Sdk;

namespace VfioMigration.Integration.Tests.Guests;

/// <summary>The support for guests does what it says, shown without VFIO: a guest with a PCI serial port boots, and QEMU migrates it.</summary>
public sealed class GuestHarnessTests : IDisposable
{
    private const long SlowEnoughToType = 32 * 1024 * 1024;

    private const string Init = """
        exec 3<>/dev/ttyS1
        stty raw -echo <&3
        cat <&3 >&3 &
        echo ready
        tick=0
        while true; do tick=$((tick + 1)); echo "tick $tick"; sleep 0.2; done
        """;

    private static readonly string[] Serial = ["-device", "pci-serial,chardev=ttyS1"];
    private static readonly string[] Incoming = ["-incoming", "defer"];

    private readonly string folder = Directory.CreateTempSubdirectory("vfiomig-guest-").FullName;
    private readonly string image;

    public GuestHarnessTests() => image = Write("image", new Initramfs(Init));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task GuestThatIsTypedTo_LosesAndDoublesNothingByMigration()
    {
        await using QemuProcess source = await Start(Serial);
        await source.Console.WaitForLine("^ready$");
        await using QemuProcess target = await Start([.. Serial, .. Incoming]);
        var typed = new TypedLines("ttyS1");
        await typed.Type(source, 5);
        int before = typed.Next;
        GuestMigrationOutcome outcome = await typed.TypeDuring(source, target, SlowEnoughToType);
        int during = typed.Next;
        await typed.Type(target, 10);
        await target.Console.WaitForLine("^tick ");
        await target.Console.WaitForLine("^tick ");
        await source.Quit();
        await target.Quit();

        Assert.True(during > before + 1, $"{during - before} lines in {outcome.Duration}");
        Assert.Equal(typed.Text, source.Port("ttyS1").Text + target.Port("ttyS1").Text);
        AssertConsecutiveTicks(source.Console.Text + target.Console.Text);
    }

    [Fact]
    public async Task TargetOfAnotherMachine_EndsAndSaysWhy()
    {
        await using QemuProcess source = await Start(Serial);
        await using QemuProcess target = await Start(Incoming);

        GuestMigrationOutcome outcome = await GuestMigration.Attempt(source, target);

        Assert.False(outcome.IsCompleted, outcome.ToString());
        Assert.Contains(outcome.Target, (string[])["failed", "ended"]);
        Assert.Contains("pci-serial", target.Errors, StringComparison.Ordinal);
    }

    /// <summary>A guest that has not arrived yet cannot be sent on.</summary>
    [Fact]
    public async Task RefusedMigration_SaysWhy()
    {
        await using QemuProcess source = await Start(Incoming);
        await using QemuProcess target = await Start(Incoming);

        FailException failure = await Assert.ThrowsAsync<FailException>(() => GuestMigration.Complete(source, target));

        Assert.Contains("waiting for an incoming migration", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task QemuThatDoesNotStart_FailsWithWhatItPrinted()
    {
        FailException failure = await Assert.ThrowsAsync<FailException>(() => Start(["-device", "nothing-of-this-name"]));

        Assert.Contains("nothing-of-this-name' is not a valid device", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KilledQemu_FailsTheWaitWithTheConsole()
    {
        await using QemuProcess guest = await Start(Serial);
        await guest.Console.WaitForLine("^tick 2$");
        Task<string> wait = guest.Console.WaitForLine("^never$");
        int status = await guest.Kill();

        FailException failure = await Assert.ThrowsAsync<FailException>(() => wait);
        Assert.Equal(128 + 9, status);
        Assert.Contains("a line like '^never$'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("tick 2", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GuestThatLoadsAModule_HasIt()
    {
        const string Load = "mount -t proc proc /proc; /modules/load && grep -o '^virtio_console ' /proc/modules && echo loaded; sleep 1000";
        GuestKernel kernel = GuestKernel.Find();
        string file = Write("modules", new Initramfs(Load).AddModules(kernel, "virtio_console"));
        await using QemuProcess guest = await QemuProcess.Start(GuestMachine.Words(kernel, file));

        await guest.Console.WaitForLine("^loaded$");
        Assert.Equal(0, await guest.Quit());
    }

    private static void AssertConsecutiveTicks(string text)
    {
        string[] lines = text[text.IndexOf("ready", StringComparison.Ordinal)..].ReplaceLineEndings("\n").Split('\n');
        string[] ticks = lines[1..^1];
        Assert.Equal(Enumerable.Range(1, ticks.Length).Select(number => $"tick {number}"), ticks);
    }

    private string Write(string name, Initramfs initramfs)
    {
        string file = Path.Combine(folder, name);
        initramfs.Write(file);
        return file;
    }

    private Task<QemuProcess> Start(string[] more) =>
        QemuProcess.Start([.. GuestMachine.Words(GuestKernel.Find(), image), .. more], more.Contains(Serial[1]) ? ["ttyS1"] : []);
}
