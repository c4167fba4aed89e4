using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Vendors.Tests.Qat;

/// <summary><c>algorithms</c> of a function.</summary>
public class QatAttributesTests
{
    private const string File = $"{VendorHost.Crypto}/algorithms";
    private const string Version = $"{VendorHost.Crypto}/migration_version";

    private readonly VendorHost host = VendorHost.LoadFunctions("qat");

    [Fact]
    public void File_AtFirst_HasTheSetOfTheOption()
    {
        Assert.Equal("aes-cbc,aes-gcm,sha256\n", host.Tree.Cat(File).Value);
        Assert.Equal("des3,zuc\n", VendorHost.LoadFunctions("qat", ("algorithms", "zuc,des3,zuc")).Tree.Cat(File).Value);
    }

    [Fact]
    public void Write_OfASet_ChangesTheVersionString()
    {
        Assert.True(host.Tree.Echo("zuc,aes-gcm", File).IsOk);

        Assert.Equal("aes-gcm,zuc\n", host.Tree.Cat(File).Value);
        Assert.Contains("algorithms=aes-gcm%2Czuc,", host.Tree.Cat(Version).Value, StringComparison.Ordinal);
        Assert.True(host.Tree.Echo("\n", File).IsOk);
        Assert.Contains("algorithms=,", host.Tree.Cat(Version).Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AES")]
    [InlineData("aes,,des")]
    [InlineData("aes des")]
    [InlineData("aes,")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123456789")]
    [InlineData("a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w,x,y,z,0,1,2,3,4,5,6")]
    public void Write_OfWhatIsNoSet_IsRefused(string value)
    {
        Assert.Equal(Errno.EINVAL, host.Tree.Echo(value, File).Error);
        Assert.Equal("aes-cbc,aes-gcm,sha256\n", host.Tree.Cat(File).Value);
    }

    [Fact]
    public void Write_WhileTheFunctionIsInUse_IsBusy()
    {
        using (VfioDeviceFile file = host.Device("0000:6b:00.1").Open(new GuestMemory(4096).Map).Value)
        {
            Assert.Equal(Errno.EBUSY, host.Tree.Echo("zuc", File).Error);
        }

        Assert.True(host.Tree.Echo("zuc", File).IsOk);
    }
}
