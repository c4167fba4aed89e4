using System.Text;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

using static VfioMigration.Uapi.Vfio.VfioIoctlNumbers;

namespace VfioMigration.DevVfio.Tests.Support;

/// <summary>A new device, opened: its container with an address space, its group and itself.</summary>
internal sealed class OpenDevice
{
    private readonly DevVfioFixture fixture;

    /// <param name="fixture">Where.</param>
    /// <param name="type">Of the device.</param>
    /// <param name="number">In its UUID.</param>
    /// <param name="container">That it shares; null for one of its own.</param>
    internal OpenDevice(DevVfioFixture fixture, string type, int number = 0xa0, int? container = null)
    {
        this.fixture = fixture;
        Uuid = DevVfioFixture.Uuid(number);
        GroupName = fixture.Create(type, number);
        Group = fixture.Open(GroupName).Value;
        Container = container ?? fixture.Open("vfio").Value;
        Assert.Equal(0, fixture.Ioctl(Group, VFIO_GROUP_SET_CONTAINER, Pack.Of(Container)).Value);
        if (container is null)
        {
            Assert.Equal(0, fixture.Ioctl(Container, VFIO_SET_IOMMU, (ulong)VfioExtension.VFIO_TYPE1v2_IOMMU).Value);
        }

        Device = GetDevice(Uuid).Value;
    }

    internal string Uuid { get; }

    internal string GroupName { get; }

    internal int Container { get; }

    internal int Group { get; }

    internal int Device { get; set; }

    /// <summary>GET MIG_DEVICE_STATE.</summary>
    internal string State => Name(GetState().UInt(8));

    /// <summary>The scratch register of the port.</summary>
    internal byte Scratch
    {
        get
        {
            byte[] value = new byte[1];
            Assert.Equal(1, fixture.Read(Device, value, 7).Value);
            return value[0];
        }

        set => Assert.Equal(1, fixture.Write(Device, [value], 7).Value);
    }

    internal Result<int> GetDevice(string name) => fixture.Ioctl(Group, VFIO_GROUP_GET_DEVICE_FD, Encoding.ASCII.GetBytes(name + "\0"));

    /// <summary>VFIO_DEVICE_FEATURE with a payload, which is changed.</summary>
    internal Result<int> Feature(VfioDeviceFeature feature, VfioDeviceFeatureFlags flags, byte[] payload, uint? argsz = null)
    {
        byte[] structure = Pack.Of(argsz ?? (uint)payload.Length + 8, (uint)feature | (uint)flags, payload);
        Result<int> answer = fixture.Ioctl(Device, VFIO_DEVICE_FEATURE, structure);
        structure.AsSpan(8).CopyTo(payload);
        return answer;
    }

    /// <summary>SET MIG_DEVICE_STATE, and what comes back.</summary>
    internal (Result<int> Answer, string State, int DataFd) Set(VfioDeviceState state)
    {
        byte[] payload = Pack.Of((uint)state, 77);
        Result<int> answer = Feature(VfioDeviceFeature.VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE, VfioDeviceFeatureFlags.VFIO_DEVICE_FEATURE_SET, payload);
        return (answer, Name(payload.UInt(0)), payload.Int(4));
    }

    /// <summary>Moves to a state, which must work; the descriptor that came with it, or -1.</summary>
    internal int Go(VfioDeviceState state)
    {
        (Result<int> answer, _, int descriptor) = Set(state);
        Assert.Equal(0, answer.Value);
        return descriptor;
    }

    internal (Result<int> Answer, ulong Length) GetDataSize()
    {
        byte[] size = new byte[8];
        Result<int> answer = Feature(VfioDeviceFeature.VFIO_DEVICE_FEATURE_MIG_DATA_SIZE, VfioDeviceFeatureFlags.VFIO_DEVICE_FEATURE_GET, size);
        return (answer, size.ULong(0));
    }

    internal Result<int> Reset() => fixture.Ioctl(Device, VFIO_DEVICE_RESET);

    /// <summary>All that a stream has to say.</summary>
    internal byte[] ReadAll(int descriptor)
    {
        byte[] room = new byte[4096];
        int length = fixture.Read(descriptor, room).Value;
        Assert.Equal(0, fixture.Read(descriptor, new byte[1]).Value);
        return room[..length];
    }

    internal static VfioDeviceState Parse(string name) => Enum.Parse<VfioDeviceState>("VFIO_DEVICE_STATE_" + name);

    private static string Name(uint state) => ((VfioDeviceState)state).ToString()["VFIO_DEVICE_STATE_".Length..];

    private byte[] GetState()
    {
        byte[] structure = Pack.Of(16u, (uint)VfioDeviceFeature.VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE | (uint)VfioDeviceFeatureFlags.VFIO_DEVICE_FEATURE_GET, 0xdeadu, 77);
        Assert.Equal(0, fixture.Ioctl(Device, VFIO_DEVICE_FEATURE, structure).Value);
        return structure;
    }
}
