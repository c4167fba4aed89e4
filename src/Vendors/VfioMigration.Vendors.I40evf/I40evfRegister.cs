using VfioMigration.Uapi;

namespace VfioMigration.Vendors.I40evf;

/// <summary>Registers of BAR 0: 32-bit, in page 0; page 1 holds the doorbells.</summary>
internal static class I40evfRegister
{
    internal const int BarSize = 64 * 1024;
    internal const int Count = 16;

    /// <summary>Bit 0: the rings are on.</summary>
    internal const int Control = 0;

    internal const int TxBaseLow = 1;
    internal const int TxBaseHigh = 2;
    internal const int TxLength = 3;
    internal const int TxHead = 4;
    internal const int TxTail = 5;
    internal const int RxBaseLow = 6;
    internal const int RxBaseHigh = 7;
    internal const int RxLength = 8;
    internal const int RxHead = 9;
    internal const int RxTail = 10;

    /// <summary>Counts packets delivered; read-only.</summary>
    internal const int Delivered = 11;

    /// <summary>Counts packets without a receive buffer, or whose memory could not be reached; read-only.</summary>
    internal const int Dropped = 12;

    /// <summary>Offsets of the doorbells: writing one sets the tail.</summary>
    internal const ulong TxDoorbell = Page.Size;
    internal const ulong RxDoorbell = Page.Size + 4;

    internal static bool IsReadOnly(int register) => register is TxHead or RxHead or Delivered or Dropped;
}
