namespace VfioMigration.Buses.Css;

/// <summary>What is known of a subchannel without talking to the device behind it.</summary>
/// <param name="Type">Subchannel type; 0 is I/O.</param>
/// <param name="ChannelPathId">The first channel path.</param>
/// <param name="ChannelPathType">The type of its channel paths, such as 0x1a for FICON.</param>
/// <param name="PathMask">Which of the eight paths are installed, most significant bit first.</param>
public sealed record SubchannelDescription(byte Type, byte ChannelPathId, byte ChannelPathType, byte PathMask);
