namespace Assay.Verification.Tests.Vectors;

internal sealed partial class VectorCatalogue
{
    private const string RequestInputs = """ "inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","data":[0.5,-1.25,3,0.1]}] """;

    /// <summary>A level in the request's own bytes. Everything is signed for level signed.</summary>
    private void AddLevels()
    {
        void Named(string name, string note, string members) => Met(name, note, WithRequest($"{{{members}{RequestInputs}}}"));
        void Other(string name, string note, string members) => Untrusted(name, note, [CheckCodes.RequestLevel], WithRequest($"{{{members}{RequestInputs}}}"));

        Named("level-named", "The request names the level that was signed.", "\"verification\":\"signed\",");
        Named("level-named-in-parameters", "The same among the parameters.", "\"parameters\":{\"a\":[1],\"verification\":\"signed\"},");
        Named("level-named-twice", "In both places.", "\"parameters\":{\"verification\":\"signed\"},\"verification\":\"signed\",");
        Named("level-not-a-name", "What is neither text nor object names nothing.", "\"verification\":[{\"require\":[]}],");
        Named("level-elsewhere", "A member of that name elsewhere means nothing.", "\"parameters\":{\"a\":{\"verification\":\"zk\"}},\"b\":[{\"verification\":\"zk\"}],");
        Met("level-not-shown", "The request isn't shown.", Disclosing(_world.Parts(), "model", "outputs", "output", "request.policy", "request.level_source"));

        Other("level-other", "The request asks for replay, and the node signed for less.", "\"verification\":\"replay\",");
        Other("level-other-in-parameters", "The same among the parameters.", "\"parameters\":{\"verification\":\"replay\"},");
        Other("level-contradiction", "Two levels, one of them signed.", "\"parameters\":{\"verification\":\"zk\"},\"verification\":\"signed\",");
        Other("level-contradiction-not-a-name", "What names nothing doesn't hide the other.", "\"parameters\":{\"verification\":\"zk\"},\"verification\":null,");
        Other("level-more", "Signed and more.", "\"verification\":\"signed+replay\",");
        Other("level-unknown", "No level at all.", "\"verification\":\"gold\",");
        Other("level-capital", "Levels are lower case.", "\"verification\":\"Signed\",");
        Other("level-escaped", "The same, written with escapes.", "\"\\u0076erification\":\"re\\u0070lay\",");
    }
}
