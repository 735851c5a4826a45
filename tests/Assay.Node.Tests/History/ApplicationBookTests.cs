using Assay.Node.History;
using Assay.Primitives;

namespace Assay.Node.Tests.History;

/// <summary>Numbers in memory: one book, whoever comes and goes.</summary>
public sealed class ApplicationBookTests
{
    [Fact]
    public void WhoLeftBeforeItAsksForItsNumber_GetsNoneThatAnotherHas()
    {
        string folder = Directory.CreateTempSubdirectory("assay-history-").FullName;
        try
        {
            using ApplicationStore store = ApplicationStore.Open(folder);
            ApplicationBook book = new(store, 10, 10, TimeProvider.System);
            ApplicationEntry gone = Entry(), here = Entry();
            book.Leave(gone, isReserving: false);
            Assert.Equal(1, book.NumberOf(here, Digest32.Sha256("a"u8)));
            Assert.Equal(2, book.NumberOf(gone, Digest32.Sha256("b"u8)));
            Assert.Equal(1, book.NumberOf(gone, Digest32.Sha256("a"u8)));
            Assert.Equal(2, book.NumberOf(here, Digest32.Sha256("b"u8)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static ApplicationEntry Entry() => new("key", "shop") { Numbers = [], Last = 0, IsClosed = false, IsStored = false, Prompts = [], Tools = [], Running = 1 };
    }
}
