namespace Assay.Chat.Tests;

/// <summary>The leaf <c>lineage.relation</c>: one spelling for each meaning.</summary>
public sealed class ChatLineageTests
{
    [Theory]
    [InlineData(null, false, null, 0)]
    [InlineData("continues", true, null, 0)]
    [InlineData("application shop#1", false, "shop", 1)]
    [InlineData("continues; application a.b_c-9#2147483647", true, "a.b_c-9", 2147483647)]
    public void TheLeaf_IsReadAndWritten(string? text, bool continues, string? application, int number)
    {
        ChatLineage lineage = new(continues, application, number);
        Assert.Equal(text, lineage.Text);
        Assert.Equal(lineage, ChatLineage.TryRead(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Continues")]
    [InlineData("continues; ")]
    [InlineData("continues;application shop#1")]
    [InlineData("application shop#1; continues")]
    [InlineData("application shop")]
    [InlineData("application shop#0")]
    [InlineData("application shop#01")]
    [InlineData("application shop#+1")]
    [InlineData("application shop#2147483648")]
    [InlineData("application Shop#1")]
    [InlineData("application .shop#1")]
    [InlineData("application #1")]
    [InlineData("application sh op#1")]
    [InlineData("application shop#1 ")]
    public void AnythingElse_IsNoLineage(string text) => Assert.Null(ChatLineage.TryRead(text));

    [Fact]
    public void Names_HaveAtMost64Characters()
    {
        Assert.True(ChatLineage.IsName(new string('a', 64)));
        Assert.False(ChatLineage.IsName(new string('a', 65)));
    }
}
