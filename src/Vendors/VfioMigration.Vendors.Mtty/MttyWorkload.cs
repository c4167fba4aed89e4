using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Vendors.Mtty;

/// <summary>
/// Sends random text through the ports, receives it some steps later, and keeps what it received in guest memory. What is under way in the
/// fifos when the guest moves must arrive on the other host.
/// </summary>
internal sealed class MttyWorkload(MttyDevice device, GuestMemory memory, WorkloadOptions options) : DeviceWorkload(device, memory, options)
{
    /// <summary>A full one reads as empty.</summary>
    private const int Fifo = SerialPort.FifoSize - 1;
    private const ulong InterruptEnable = 1;
    private const ulong LineControl = 3;

    /// <summary>What is in each port's fifo.</summary>
    private readonly Queue<byte>[] underWay = [.. device.Ports.Select(_ => new Queue<byte>())];

    /// <summary>
    /// As 8250_port.c sets a port up, whatever was in it: divisor latch off, 8 bits, interrupts on, FIFO on and emptied.
    /// </summary>
    public override Errno Start()
    {
        Errno error = Errno.None;
        for (int port = 0; port < underWay.Length && error == Errno.None; port++)
        {
            error = Device.WriteRegion(port, LineControl, [0x03]);
            error = error == Errno.None ? Device.WriteRegion(port, InterruptEnable, [0x05, 0x87]) : error;
        }

        return error;
    }

    protected override Errno DoStep()
    {
        int port = Random.NextIndex(underWay.Length);
        bool sends = underWay[port].Count == 0 || (underWay[port].Count < Fifo && (Random.Next() & 1) == 0);
        return sends ? Send(port) : Receive(port);
    }

    protected override void SaveProgram(StateWriter writer)
    {
        foreach (Queue<byte> queue in underWay)
        {
            writer.Write((byte)queue.Count);
            writer.Write(queue.ToArray());
        }
    }

    protected override void LoadProgram(ref StateReader reader)
    {
        foreach (Queue<byte> queue in underWay)
        {
            queue.Clear();
            foreach (byte value in reader.ReadBytes(reader.ReadByte()))
            {
                queue.Enqueue(value);
            }
        }
    }

    private Errno Send(int port)
    {
        byte value = (byte)Random.Next();
        underWay[port].Enqueue(value);
        return Device.WriteRegion(port, 0, [value]);
    }

    /// <summary>EBADMSG when the port gives something else than was sent.</summary>
    private Errno Receive(int port)
    {
        Span<byte> received = stackalloc byte[1];
        Errno error = Device.ReadRegion(port, 0, received);
        if (error != Errno.None)
        {
            return error;
        }

        byte expected = underWay[port].Dequeue();
        int at = Random.NextIndex(Memory.Length);
        Memory.Write(at, received);
        GuestShadow.Write(at, [expected]);
        return received[0] == expected ? Errno.None : Errno.EBADMSG;
    }
}
