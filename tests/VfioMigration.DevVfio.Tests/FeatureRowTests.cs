using System.Globalization;
using System.Text.RegularExpressions;

using VfioMigration.DevVfio.Tests.Support;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

using static VfioMigration.DevVfio.Tests.Support.MeasuredTable;
using static VfioMigration.Uapi.Vfio.VfioDeviceFeature;
using static VfioMigration.Uapi.Vfio.VfioDeviceFeatureFlags;

namespace VfioMigration.DevVfio.Tests;

/// <summary>Rows 118 to 206 and 376 to 446: VFIO_DEVICE_FEATURE.</summary>
public sealed class FeatureRowTests : IDisposable
{
    private readonly DevVfioFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Theory, EachRow("feature", "^FEATURE .* flags .* argsz=8$")]
    public void Feature_OfAMethod_IsCheckedInTheKernelsOrder(int row)
    {
        MeasuredRow asked = MeasuredTable.Rows[row];
        Match words = Regex.Match(asked.Operation, @"^FEATURE (\S+) flags (\S+) argsz=8$");
        VfioDeviceFeatureFlags flags = words.Groups[2].Value == "none" ? None
            : words.Groups[2].Value.Split('|').Aggregate(None, static (all, name) => all | Enum.Parse<VfioDeviceFeatureFlags>("VFIO_DEVICE_FEATURE_" + name));

        Check(row, new OpenDevice(fixture, asked.Object).Feature(Named(words.Groups[1].Value), flags, [], 8));
    }

    [Fact, Rows(187, 188, 190, 191, 193, 194, 196, 197, 199)]
    public void Migration_IsReadWithRoomForIt()
    {
        var device = new OpenDevice(fixture, "mtty-1");
        byte[] payload = new byte[8];

        Check(187, device.Feature(VFIO_DEVICE_FEATURE_MIGRATION, VFIO_DEVICE_FEATURE_GET, payload), $"flags=0x{payload.ULong(0):x}");
        Check(188, device.Feature(VFIO_DEVICE_FEATURE_MIGRATION, VFIO_DEVICE_FEATURE_SET, payload));
        foreach ((int row, uint argsz) in new[] { (190, 12u), (191, 15u) })
        {
            byte[] untouched = Pack.Filled(8, 0xaa);
            Check(row, device.Feature(VFIO_DEVICE_FEATURE_MIGRATION, VFIO_DEVICE_FEATURE_GET, untouched, argsz), untouched.Hex());
        }

        Check(193, device.Feature(VFIO_DEVICE_FEATURE_MIGRATION, VFIO_DEVICE_FEATURE_GET, payload, 0));
        Check(194, device.Feature(VFIO_DEVICE_FEATURE_MIGRATION, VFIO_DEVICE_FEATURE_GET, payload, 4));
        Check(196, device.Feature(VFIO_DEVICE_FEATURE_MIGRATION, VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_SET, payload));
        Check(197, device.Feature(VFIO_DEVICE_FEATURE_MIGRATION, VFIO_DEVICE_FEATURE_GET | (VfioDeviceFeatureFlags)(1 << 19), payload));
        Check(199, device.Feature(VFIO_DEVICE_FEATURE_MIGRATION, None, payload));
    }

    [Fact, Rows(200, 202, 203, 205, 206)]
    public void DeviceState_OfANewDevice_IsRunning()
    {
        var device = new OpenDevice(fixture, "mtty-1");
        byte[] size = new byte[8];
        byte[] state = Pack.Of(0xdeadu, 77);

        Check(200, device.Feature(VFIO_DEVICE_FEATURE_MIG_DATA_SIZE, VFIO_DEVICE_FEATURE_GET, size), $"stop_copy_length={size.ULong(0)}");
        Result<int> answer = device.Feature(VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE, VFIO_DEVICE_FEATURE_GET, state);
        Check(202, answer, $"state={((VfioDeviceState)state.UInt(0)).ToString()["VFIO_DEVICE_STATE_".Length..]} data_fd={state.Int(4)}");
        Check(203, device.Feature(VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE, VFIO_DEVICE_FEATURE_GET, state, 12));
        state = Pack.Of((uint)VfioDeviceState.VFIO_DEVICE_STATE_STOP, -1);
        answer = device.Feature(VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE, VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_PROBE, state);
        Check(205, answer, $"state after={device.State}");
        Check(206, fixture.Ioctl(device.Device, VfioIoctlNumbers.VFIO_DEVICE_FEATURE, 0));
    }

    [Fact, Rows(445, 446)]
    public void DeviceState_OfOneThatCannotMigrate_IsNone()
    {
        var device = new OpenDevice(fixture, "mdpy-vga");
        byte[] state = Pack.Of((uint)VfioDeviceState.VFIO_DEVICE_STATE_STOP, -1);

        Check(445, device.Feature(VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE, VFIO_DEVICE_FEATURE_SET, state));
        Check(446, device.Feature(VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE, VFIO_DEVICE_FEATURE_GET, state));
    }

    private static VfioDeviceFeature Named(string word) => word switch
    {
        "#0xffff" => (VfioDeviceFeature)0xffff,
        "PCI_VF_TOKEN" => 0,
        "BUS_MASTER" => (VfioDeviceFeature)10,
        ['#', .. var number] => (VfioDeviceFeature)uint.Parse(number, CultureInfo.InvariantCulture),
        _ => Enum.Parse<VfioDeviceFeature>("VFIO_DEVICE_FEATURE_" + word),
    };
}
