using System.Text;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Tests.Support;

namespace VfioMigration.Vfio.Tests.Migration;

public class DeviceStateNamesTests
{
    [Fact]
    public void EveryState_HasTheNameOfDebugfs() =>
        Assert.Equal(
            ["ERROR", "STOP", "RUNNING", "STOP_COPY", "RESUMING", "RUNNING_P2P", "PRE_COPY", "PRE_COPY_P2P"],
            States.All.Select(state => state.Name()));

    [Theory]
    [InlineData(8u)]
    [InlineData(4711u)]
    [InlineData(uint.MaxValue)]
    public void UnknownNumber_NamesItsNumbering(uint number)
    {
        Assert.Equal($"unknown (merged uAPI: {number})", ((VfioDeviceState)number).Name());
        Assert.Equal($"unknown (RFC: {number})", ((VfioDeviceStateRfc)number).Name());
    }

    [Fact]
    public void Name_WithOrWithoutPrefix_IsParsed() =>
        Assert.All(States.All, state =>
        {
            Assert.Equal(state, Parse(state.Name()).Value);
            Assert.Equal(state, Parse(state.ToString()).Value);
        });

    /// <summary>3 is PRE_COPY in v1 and STOP_COPY in the merged uAPI: a bare number says nothing.</summary>
    [Theory]
    [InlineData("3")]
    [InlineData("0")]
    [InlineData("")]
    [InlineData("running")]
    [InlineData(" RUNNING")]
    [InlineData("RUNNING\n")]
    [InlineData("VFIO_DEVICE_STATE_")]
    [InlineData("VFIO_DEVICE_STATE_VFIO_DEVICE_STATE_STOP")]
    [InlineData("VFIO_DEVICE_STATE_NR")]
    [InlineData("NR")]
    public void AnythingElse_IsEINVAL(string text) => Assert.Equal(Errno.EINVAL, Parse(text).Error);

    [Theory]
    [InlineData(0u, "STOP")]
    [InlineData(1u, "RUNNING")]
    [InlineData(2u, "SAVING")]
    [InlineData(3u, "SAVING|RUNNING")]
    [InlineData(4u, "RESUMING")]
    [InlineData(5u, "RESUMING|RUNNING")]
    [InlineData(6u, "RESUMING|SAVING")]
    [InlineData(7u, "RESUMING|SAVING|RUNNING")]
    [InlineData(0xFFFFFFF8u, "STOP")]
    public void V1State_IsNamedByItsBits(uint value, string name) => Assert.Equal(name, ((VfioDeviceStateV1)value).Name());

    /// <summary>R57: the table of the numbers, which docs/migration.md has.</summary>
    [Fact]
    public void RfcStates_HaveTheNumbersOfV1() =>
        Assert.Equal(
            ["STOP", "RUNNING", "STOP_COPY", "PRE_COPY", "RESUMING", "PRE_COPY_P2P", "ERROR", "RUNNING_P2P"],
            Enumerable.Range(0, 8).Select(number => ((VfioDeviceStateRfc)number).Name()));

    private static Result<VfioDeviceState> Parse(string text) => DeviceStateNames.Parse(Encoding.ASCII.GetBytes(text));
}
