using Assay.Chat;
using Assay.Node.Chatting;
using Assay.Node.Errors;
using Assay.Node.History;
using Assay.Node.Keys;
using Assay.Receipts;

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
            ApplicationBook book = new(store, 10, 10, isLoopback: true, TimeProvider.System);
            ApplicationEntry gone = Entry(), here = Entry();
            book.Leave(gone, isReserving: false);
            Assert.Equal(1, book.NumberOf(here, Of("a")));
            Assert.Equal(2, book.NumberOf(gone, Of("b")));
            Assert.Equal(1, book.NumberOf(gone, Of("a")));
            Assert.Equal(2, book.NumberOf(here, Of("b")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static ChatConfiguration Of(string name) => ChatConfiguration.Of(new ClaimValues { ModelName = name, RequestPolicy = null!, RequestLevelSource = default });

        static ApplicationEntry Entry() => new("key", "shop") { Numbers = [], Asked = [], Last = 0, IsClosed = false, IsStored = false, Prompts = [], Tools = [], Running = 1 };
    }

    /// <summary>Strangers without a key share one key's room, which any of them could fill for all: on a network they have none.</summary>
    [Fact]
    public void OnANetwork_CallersWithoutAKey_HaveNoApplications()
    {
        string folder = Directory.CreateTempSubdirectory("assay-history-").FullName;
        try
        {
            using ApplicationStore store = ApplicationStore.Open(folder);
            ApplicationBook book = new(store, 10, 10, isLoopback: false, TimeProvider.System);
            NodeError? refused = book.TryEnter(Job(ApiKey.Anonymous, Shop.Body()), []);
            Assert.Equal((403, "application/needs-key"), (refused!.Status, refused.Code));
            Assert.Equal("application/needs-key", book.TryEnter(Job(ApiKey.Anonymous, Shop.Body(application: null)), ["shop"])!.Code);
            Assert.Equal("application/needs-key", book.StrangerAt(ApiKey.Anonymous)!.Code);
            Assert.Null(book.TryEnter(Job(ApiKey.Anonymous, Shop.Body(application: null)), []));
            Assert.Null(book.StrangerAt(new ApiKey("alice", null)));
            Assert.Null(new ApplicationBook(store, 10, 10, isLoopback: true, TimeProvider.System).StrangerAt(ApiKey.Anonymous));
            Assert.Empty(store.Names(ApiKey.AnonymousName));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        // What it is refused for is known before a model is looked at.
        static ChatJob Job(ApiKey caller, string body) => new(DateTimeOffset.UnixEpoch, 0)
        {
            Caller = caller,
            Model = null!,
            Name = "echo",
            Request = ChatRequestReader.TryRead(ChatKind.Chat, System.Text.Encoding.UTF8.GetBytes(body), out _)!,
            Applied = null!,
            Plan = null!,
            Choices = 1,
        };
    }
}
