using System.Text.Json.Serialization;

namespace Assay.Models.Presentation;

/// <summary>What output tensors mean to people.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ClassesOutput), "classes")]
[JsonDerivedType(typeof(NumbersOutput), "numbers")]
[JsonDerivedType(typeof(FacesOutput), "faces")]
[JsonDerivedType(typeof(SpeechOutput), "speech")]
public abstract record OutputPresentation;
