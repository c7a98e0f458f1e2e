public enum LogCorePlaceholder {}
