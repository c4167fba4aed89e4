using System.Buffers.Binary;
using System.Text;

using VfioMigration.DevVfio.Ioctls;
using VfioMigration.DevVfio.Tests.Support;

using static VfioMigration.Uapi.Vfio.VfioIoctlNumbers;

namespace VfioMigration.DevVfio.Tests.Fuzz;

/// <summary>Third arguments: structures that may do, such with words changed, and pointers to nowhere.</summary>
internal sealed class FuzzArguments
{
    /// <summary>Bytes of memory for one thread.</summary>
    internal const ulong Room = 0x8000;

    private const int Size = 128;

    private readonly FuzzWorld world;
    private readonly Random random;
    private readonly ulong start;
    private readonly FuzzFields fields;

    internal FuzzArguments(FuzzWorld world, Random random, ulong start)
    {
        (this.world, this.random, this.start) = (world, random, start);
        fields = new FuzzFields(world, random, start);
        world.Fixture.Client.Place(start + FuzzFields.AsideAt, Pack.Of(0UL, 0xffffUL, 0x100000UL, 0x1fffffUL));
    }

    internal ulong Make(uint request, VfioIoctl? row)
    {
        if (request is VFIO_CHECK_EXTENSION or VFIO_SET_IOMMU)
        {
            return fields.Below(12);
        }

        byte[] structure = request == VFIO_GROUP_GET_DEVICE_FD ? Name() : FuzzTemplates.Make(fields, row);
        Array.Resize(ref structure, Size);
        for (int changes = random.Next(2) == 0 ? 0 : random.Next(3); changes > 0; changes--)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(structure.AsSpan(random.Next(16) * sizeof(uint)), (uint)fields.Noise);
        }

        world.Fixture.Client.Place(start, structure);
        return random.Next(40) switch
        {
            0 => 0,
            1 => fields.Noise,
            2 => FakeClient.MemoryStart + FakeClient.MemorySize - (ulong)random.Next(Size),
            _ => start,
        };
    }

    internal string Text(ulong argument) => argument == start ? world.Fixture.Client.Fetch(start, Size).Hex() : "elsewhere";

    private byte[] Name() => Encoding.ASCII.GetBytes(world.Uuids[random.Next(world.Uuids.Count)] + (random.Next(10) == 0 ? "x" : ""));
}
