using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse;

/// <summary>One row of the operation table.</summary>
/// <param name="Opcode">Its number and, spelled out, its name.</param>
/// <param name="MinimumBody">Bytes that must follow the header; shorter requests are answered with EINVAL before the handler runs.</param>
/// <param name="Answers">False for FORGET and its kin, to which a reply would be a protocol error.</param>
/// <param name="MayBlock">True when the handler may run code of a vendor, which may block for ever.</param>
/// <param name="Handle">Writes the reply and returns its length.</param>
internal sealed record FuseOperation(FuseOpcode Opcode, int MinimumBody, bool Answers, bool MayBlock, FuseOperation.Handler Handle)
{
    internal delegate int Handler(FuseDispatcher dispatcher, FuseCall call, FuseRequest request, FuseReply reply);
}
