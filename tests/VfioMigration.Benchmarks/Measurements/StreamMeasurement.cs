using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

using VfioMigration.Benchmarks.Processes;
using VfioMigration.Benchmarks.Serving;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Benchmarks.Measurements;

/// <summary>Saving and loading a device with much memory, against copying as many bytes.</summary>
internal sealed class StreamMeasurement(NativeTools tools, Workspace workspace, BenchmarkOptions options) : IMeasurement
{
    private const int Size = 256 * 1024 * 1024;
    private const int Chunk = 512 * 1024;
    private const int WarmUps = 3;

    private readonly MigrationStateMachine source = LargeDevice.Create(Size, filled: true);
    private readonly MigrationStateMachine target = LargeDevice.Create(Size, filled: false);
    private readonly byte[] from = new byte[Size];
    private readonly byte[] to = new byte[Size];

    public void Run(Report report)
    {
        from.AsSpan().Fill(1);
        to.AsSpan().Fill(2);
        report.Table(
            "stream: save and load of a 256 MiB device state",
            $"Milliseconds from the first byte saved until the other device has the state: header, records with CRC-32C, checked before they "
            + $"are used. In memory: read and write by two threads, chunks of {Chunk >> 10} KiB; memcpy is C, one thread. Socket: AF_UNIX, a thread on each side; "
            + $"the plain copy sends and receives the same chunks. {options.Rounds} interleaved rounds, medians; speed above 1 is faster than the copy.",
            "way",
            "ours ms",
            "copy ms",
            "speed",
            "lowest",
            "highest");
        Compare(report, "in memory", () => Move(MoveInMemory), () => tools.RunDirtyBitmap(["copy", $"{Size}"])[0] / 1e6);
        Compare(report, "UNIX socket", () => Move(MoveOverSocket), () => OverSocket(SendPlain, ReceivePlain));
    }

    private void Compare(Report report, string way, Func<double> ours, Func<double> copy)
    {
        for (int i = 0; i < WarmUps; i++)
        {
            ours();
            copy();
        }

        (double Ours, double Copy)[] rounds = [.. Enumerable.Range(0, options.Rounds).Select(_ => (ours(), copy()))];
        double[] speeds = [.. rounds.Select(round => round.Copy / round.Ours)];
        report.Ratio($"stream: {way}, over a copy", 1 / Statistics.Median(speeds));
        report.Row(
            way,
            Text(Statistics.Median(rounds.Select(round => round.Ours))),
            Text(Statistics.Median(rounds.Select(round => round.Copy))),
            Text(Statistics.Median(speeds)),
            Text(speeds.Min()),
            Text(speeds.Max()));
    }

    /// <summary>Milliseconds of one migration, without the arcs before and after.</summary>
    private double Move(Func<MigrationSession, MigrationSession, double> move)
    {
        MigrationSession saving = source.SetState(VfioDeviceState.VFIO_DEVICE_STATE_STOP_COPY).Value!;
        MigrationSession resuming = target.SetState(VfioDeviceState.VFIO_DEVICE_STATE_RESUMING).Value!;
        double milliseconds = move(saving, resuming);
        source.SetState(VfioDeviceState.VFIO_DEVICE_STATE_RUNNING);
        target.SetState(VfioDeviceState.VFIO_DEVICE_STATE_RUNNING);
        return milliseconds;
    }

    /// <summary>As a migration runs, on threads that can be given up. One saves while the other loads; a few chunks go back and forth between them.</summary>
    private double MoveInMemory(MigrationSession saving, MigrationSession resuming)
    {
        var handover = new ChunkHandover(Chunk);
        long began = Stopwatch.GetTimestamp();
        var saver = new Thread(() => source.Guard.Calls.Run(() =>
        {
            int count;
            do
            {
                count = saving.Read(handover.TakeEmpty()).Value;
                handover.PutFull(count);
            }
            while (count > 0);
        }));
        saver.Start();
        target.Guard.Calls.Run(() =>
        {
            while (handover.TakeFull() is { IsEmpty: false } chunk)
            {
                Check(resuming.Write(chunk));
                handover.PutEmpty();
            }
        });

        saver.Join();
        return Finish(began);
    }

    private double MoveOverSocket(MigrationSession saving, MigrationSession resuming) => OverSocket(
        socket => source.Guard.Calls.Run(() =>
        {
            byte[] chunk = new byte[Chunk];
            while (saving.Read(chunk).Value is > 0 and int count)
            {
                SendAll(socket, chunk.AsSpan(0, count));
            }
        }),
        socket => target.Guard.Calls.Run(() =>
        {
            byte[] chunk = new byte[Chunk];
            while (socket.Receive(chunk) is > 0 and int count)
            {
                Check(resuming.Write(chunk.AsSpan(0, count)));
            }

            Finish(0);
        }));

    private void SendPlain(Socket socket)
    {
        for (int at = 0; at < Size; at += Chunk)
        {
            SendAll(socket, from.AsSpan(at, Chunk));
        }
    }

    private void ReceivePlain(Socket socket)
    {
        int at = 0;
        while (at < Size && socket.Receive(to.AsSpan(at, Math.Min(Chunk, Size - at)), SocketFlags.None) is > 0 and int count)
        {
            at += count;
        }
    }

    private double OverSocket(Action<Socket> send, Action<Socket> receive)
    {
        string path = workspace.PathOf($"stream-{Guid.NewGuid():N}.sock");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(path));
        using Socket server = listener.Accept();
        long began = Stopwatch.GetTimestamp();
        var sender = new Thread(() =>
        {
            send(client);
            client.Shutdown(SocketShutdown.Send);
        });
        sender.Start();
        receive(server);
        double milliseconds = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        sender.Join();
        return milliseconds;
    }

    /// <summary>The load counts until the device has the state.</summary>
    private double Finish(long began)
    {
        Check(target.SetState(VfioDeviceState.VFIO_DEVICE_STATE_STOP).Error);
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    private static void SendAll(Socket socket, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[socket.Send(bytes, SocketFlags.None)..];
        }
    }

    private static void Check(Errno error)
    {
        if (error != Errno.None)
        {
            throw new BenchmarkException($"the device's stream: {error.Name()}");
        }
    }

    private static string Text(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
