"""What a customer means: language, tokens, intent and the decision whether to answer."""
