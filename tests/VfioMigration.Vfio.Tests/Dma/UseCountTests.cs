using VfioMigration.Vfio.Dma;

namespace VfioMigration.Vfio.Tests.Dma;

public class UseCountTests
{
    private readonly UseCount users = new();

    [Fact]
    public void TryEnter_WhileOpen_LetsAnyNumberIn()
    {
        Assert.True(users.TryEnter());
        Assert.True(users.TryEnter());
    }

    [Fact]
    public void TryEnter_WhileClosed_LetsNobodyIn()
    {
        users.Close();

        Assert.False(users.TryEnter());
        Assert.False(users.TryEnter());
    }

    [Fact]
    public void Close_WithoutUsers_ReturnsAlsoTwice()
    {
        users.Close();
        users.Close();
        users.Open();

        Assert.True(users.TryEnter());
    }

    [Fact]
    public async Task Close_WithAUser_WaitsForItsExit()
    {
        bool exited = false;
        Assert.True(users.TryEnter());
        Task closing = Background.Run(
            () =>
            {
                users.Close();
                Assert.True(Volatile.Read(ref exited));
            },
            Background.WaitUntilBlocked);

        Assert.False(users.TryEnter());
        Volatile.Write(ref exited, true);
        users.Exit();
        await closing.WaitAsync(Background.Patience);
    }

    [Fact]
    public async Task Close_UnderLoad_NeverReturnsWithAUserInside()
    {
        const int Rounds = 300;
        int inside = 0;
        int done = 0;
        Task[] threads = [.. Enumerable.Range(0, 2).Select(_ => Background.Run(() =>
        {
            while (Volatile.Read(ref done) == 0)
            {
                if (users.TryEnter())
                {
                    Interlocked.Increment(ref inside);
                    Interlocked.Decrement(ref inside);
                    users.Exit();
                }
            }
        }))];
        for (int i = 0; i < Rounds; i++)
        {
            users.Close();
            Assert.Equal(0, Volatile.Read(ref inside));
            users.Open();
        }

        Volatile.Write(ref done, 1);
        await Task.WhenAll(threads).WaitAsync(Background.Patience);
    }
}
