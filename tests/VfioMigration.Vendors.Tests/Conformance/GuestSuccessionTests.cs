using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Faults;
using VfioMigration.Vfio.Workloads;
using VfioMigration.Vmm.Guests;

namespace VfioMigration.Vendors.Tests.Conformance;

/// <summary>One device, many guests, no manual reset: none of them finds what the previous one left behind.</summary>
public class GuestSuccessionTests
{
    private const int Guests = 20;
    private const int Steps = 150;

    public static TheoryData<string, string> Devices
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (VendorDevice row in VendorDevice.All)
            {
                rows.Add(row.Name, "v2");
                rows.Add(row.Name, "v1");
                rows.Add(row.Name, "none");
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void Guests_OneAfterTheOther_FindNothingOfTheOneBefore(string vendor, string migration)
    {
        VfioDevice device = VendorDevice.Named(vendor).Create(migration);
        for (int number = 0; number < Guests; number++)
        {
            using Guest guest = Start(device, number);
            Assert.Equal((number, Errno.None), (number, guest.Run(Steps + number)));
            Assert.Equal((number, $"ok, {Steps + number} steps"), (number, guest.Verify().Value));
            LeaveInTheMiddle(guest, number);
        }
    }

    /// <summary>Another seed and another size of memory each time.</summary>
    private static Guest Start(VfioDevice device, int number)
    {
        var options = new GuestOptions(1 + (number % 3), StepsPerSecond: 1, new WorkloadOptions((ulong)number + 1));
        Result<Guest> created = Guest.Create(device, options, TimeProvider.System);
        Assert.Equal((number, Errno.None), (number, created.Error));
        Assert.Equal((number, Errno.None), (number, created.Value.Boot()));
        Assert.Equal(Errno.None, created.Value.Pause());
        return created.Value;
    }

    /// <summary>As a guest that is killed leaves its device: at rest, stopped, being saved or loaded, with work it cannot do, or in the middle of a step.</summary>
    private static void LeaveInTheMiddle(Guest guest, int number)
    {
        switch (number % 6)
        {
            case 1:
                Enter(guest, VfioDeviceState.VFIO_DEVICE_STATE_STOP);
                guest.Run(3);
                break;
            case 2:
                Enter(guest, VfioDeviceState.VFIO_DEVICE_STATE_STOP_COPY);
                break;
            case 3:
                Enter(guest, VfioDeviceState.VFIO_DEVICE_STATE_RESUMING);
                break;
            case 4:
                guest.Device.Faults.Add(FaultRule.Parse($"write * EIO n={number + 1}", out _)!);
                guest.Run(20);
                guest.Device.Faults.Clear();
                break;
            case 5:
                Enter(guest, VfioDeviceState.VFIO_DEVICE_STATE_STOP);
                guest.Run(2);
                Enter(guest, VfioDeviceState.VFIO_DEVICE_STATE_RUNNING);
                break;
        }
    }

    private static void Enter(Guest guest, VfioDeviceState state) => guest.Device.Migration?.SetState(state);
}
