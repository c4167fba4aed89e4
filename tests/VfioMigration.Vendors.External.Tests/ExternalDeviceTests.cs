using System.Text;
using System.Text.Json;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vendors.External;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vendors.External.Tests;

/// <summary>A device whose state is partly a program's: a shell script that says what a test wants.</summary>
public sealed class ExternalDeviceTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<IDisposable> programs = [];

    public void Dispose()
    {
        programs.ForEach(program => program.Dispose());
        folder.Dispose();
    }

    [Fact]
    public void State_OfMemoryAndProgram_Moves()
    {
        ExternalDevice source = Make(("save", State("abc")));
        ExternalDevice target = Make(("load", "{\"result\": {}}"));
        Assert.Equal(Errno.None, source.WriteRegion(0, 4096, "here"u8));

        Assert.Equal(Errno.None, Load(target, Save(source).Value!));

        byte[] read = new byte[4];
        target.ReadRegion(0, 4096, read);
        Assert.Equal("here"u8.ToArray(), read);
        Assert.Contains("YWJj", File.ReadAllText(Path.Combine(folder.Path, "asked-2")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"error\": {\"errno\": \"ENOMEM\"}}", Errno.ENOMEM)]
    [InlineData("{\"result\": {\"state\": \"no-base64\"}}", Errno.EPROTO)]
    [InlineData("{\"result\": {\"state\": 7}}", Errno.EPROTO)]
    [InlineData("{\"result\": {}}", Errno.EPROTO)]
    public void Save_ThatTheProgramCannot_EndsTheStreamWithItsErrno(string answer, Errno expected) =>
        Assert.Equal(expected, Save(Make(("save", answer))).Error);

    [Fact]
    public void Save_OfTooMuch_EndsTheStream() =>
        Assert.Equal(Errno.EPROTO, Save(Make(("save", State(new string('x', ExternalDevice.MaxState + 1))))).Error);

    [Fact]
    public void Save_AfterTheProgramWasRight_Continues()
    {
        ExternalDevice device = Make(("save", "{\"error\": {\"errno\": \"EAGAIN\"}}"), ("save", State("abc")));
        MigrationSession session = device.Migration!.SetState(VfioDeviceState.VFIO_DEVICE_STATE_STOP_COPY).Value!;

        Assert.Equal(Errno.EAGAIN, ReadToEnd(session).Error);
        Assert.True(ReadToEnd(session).IsOk);
    }

    [Fact]
    public void Load_ThatTheProgramRefuses_LeavesTheDeviceAsItWas()
    {
        ExternalDevice source = Make(("save", State("abc")));
        ExternalDevice target = Make(("load", "{\"error\": {\"errno\": \"EINVAL\"}}"));
        source.Config.Write(4, [6, 0]);

        Assert.Equal(Errno.EINVAL, Load(target, Save(source).Value!));
        Assert.Equal(0, target.Config.Command);
    }

    [Fact]
    public void Reset_OfTheDevice_IsToldToTheProgram()
    {
        ExternalDevice device = Make();
        device.WriteRegion(0, 0, "here"u8);

        Assert.Equal(Errno.None, device.Reset());

        Assert.Contains("\"reset\"", File.ReadAllText(Path.Combine(folder.Path, "asked-1")), StringComparison.Ordinal);
        byte[] read = new byte[4];
        device.ReadRegion(0, 0, read);
        Assert.Equal(new byte[4], read);
    }

    [Fact]
    public void Reset_ThatTheProgramRefuses_IsItsErrno()
    {
        ExternalDevice device = Make(("reset", Error("EBUSY")));

        Assert.Equal(Errno.EBUSY, device.Reset());
        Assert.Equal(VfioDeviceState.VFIO_DEVICE_STATE_ERROR, device.Migration!.State);
    }

    [Theory]
    [InlineData("EBUSY", Errno.EBUSY)]
    [InlineData("EIO", Errno.EIO)]
    [InlineData("ENOSUCHTHING", Errno.EPROTO)]
    public void Pause_ThatTheProgramRefuses_SavesNothingAndTheDeviceRunsOn(string answer, Errno expected)
    {
        ExternalDevice device = Make(("pause", Error(answer)), ("save", State("abc")));

        Assert.Equal(expected, device.Migration!.SetState(VfioDeviceState.VFIO_DEVICE_STATE_STOP_COPY).Error);

        Assert.Equal(VfioDeviceState.VFIO_DEVICE_STATE_RUNNING_P2P, device.Migration.State);
        Assert.True(Save(device).IsOk);
    }

    /// <summary>Methods that a program need not know.</summary>
    [Fact]
    public void Pause_ThatTheProgramDoesNotKnow_IsSuccess() =>
        Assert.True(Save(Make(("pause", Error("EOPNOTSUPP")), ("save", State("abc")))).IsOk);

    [Fact]
    public void Device_WithoutMigrationAndMemory_HasNeither()
    {
        ExternalDevice device = Make(new ExternalType("half", null, null, 1, 0, false));

        Assert.Null(device.Migration);
        Assert.Equal(0ul, device.Regions[0].Size);
    }

    private static string State(string text) =>
        $"{{\"result\": {{\"state\": \"{Convert.ToBase64String(Encoding.ASCII.GetBytes(text))}\"}}}}";

    private static string Error(string errno) => $"{{\"error\": {{\"errno\": \"{errno}\"}}}}";

    private static Result<byte[]> Save(ExternalDevice device) =>
        ReadToEnd(device.Migration!.SetState(VfioDeviceState.VFIO_DEVICE_STATE_STOP_COPY).Value!);

    private static Result<byte[]> ReadToEnd(MigrationSession session)
    {
        var all = new MemoryStream();
        byte[] part = new byte[300_000];
        while (true)
        {
            if (!session.Read(part).TryGet(out int count, out Errno error))
            {
                return error;
            }

            if (count == 0)
            {
                return all.ToArray();
            }

            all.Write(part, 0, count);
        }
    }

    private static Errno Load(ExternalDevice device, byte[] stream)
    {
        MigrationSession session = device.Migration!.SetState(VfioDeviceState.VFIO_DEVICE_STATE_RESUMING).Value!;
        Assert.Equal(Errno.None, session.Write(stream));
        return device.Migration.SetState(VfioDeviceState.VFIO_DEVICE_STATE_STOP).Error;
    }

    private ExternalDevice Make(params (string Method, string Answer)[] answers) => Make(new ExternalType("half", null, null, 1, 1, true), answers);

    /// <summary>The answers in their order, each once; everything else is an empty result. All questions are kept in <c>asked-N</c>.</summary>
    private ExternalDevice Make(ExternalType type, params (string Method, string Answer)[] answers)
    {
        string number = $"{programs.Count + 1}";
        folder.Write($"answers-{number}", string.Concat(answers.Select(answer => $"{answer.Method} {answer.Answer}\n")));
        folder.Write("program.py", """
            import json, sys
            answers = [line.rstrip("\n").split(" ", 1) for line in open(sys.argv[1])]
            with open(sys.argv[2], "w") as asked:
                for line in sys.stdin:
                    asked.write(line)
                    asked.flush()
                    question = json.loads(line)
                    found = next((answer for answer in answers if answer[0] == question["method"]), None)
                    if found:
                        answers.remove(found)
                    answer = json.loads(found[1]) if found else {"result": {}}
                    answer["id"] = question["id"]
                    print(json.dumps(answer), flush=True)
            """);
        string At(string name) => Path.Combine(folder.Path, name);
        var program = new ExternalProgram(
            $"python3 {At("program.py")} {At($"answers-{number}")} {At($"asked-{number}")}",
            TimeSpan.FromSeconds(30),
            new VendorCalls(TimeProvider.System),
            TimeProvider.System,
            static _ => { });
        programs.Add(program);
        var core = new DriverCore(TimeProvider.System);
        var device = new Device(core, $"device-{number}");
        Assert.Equal(Errno.None, device.Add());
        return new ExternalDevice(device, type, program, "acme", MigrationPersonality.V2);
    }
}
