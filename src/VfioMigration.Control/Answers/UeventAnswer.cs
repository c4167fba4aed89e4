namespace VfioMigration.Control.Answers;

/// <summary>One uevent.</summary>
/// <param name="Header"><c>action@devpath</c>.</param>
/// <param name="Variables">KEY=VALUE, without SEQNUM.</param>
/// <param name="SequenceNumber">SEQNUM.</param>
public sealed record UeventAnswer(string Header, IReadOnlyList<string> Variables, long SequenceNumber);
